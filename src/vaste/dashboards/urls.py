"""Addresses of the results pages."""

from django.urls import path

from vaste.dashboards.views import show_results

app_name = "dashboards"
urlpatterns = [path("staff/results", show_results, name="results")]
