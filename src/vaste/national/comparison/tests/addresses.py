"""The addresses of the comparison, with those that its pages lead to."""

from django.urls import include, path

urlpatterns = [path("", include("vaste.national.comparison.urls")), path("", include("vaste.organisations.urls"))]
