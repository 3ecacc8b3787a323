"""Every address that Django serves; `/s/…` is served beside Django by `survey_pages` (see `wsgi.py`)."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
