"""Addresses of the results pages and of the page on messaging."""

from django.urls import path

from vaste.dashboards.operations import show_operations
from vaste.dashboards.views import show_results

app_name = "dashboards"
urlpatterns = [
    path("staff/results", show_results, name="results"),
    path("staff/operations", show_operations, name="operations"),
]
