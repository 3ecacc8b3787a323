"""Addresses of the results pages, of alerts and goals, and of the pages on messaging and on exports."""

from django.urls import path

from vaste.dashboards.alerts import list_alerts, show_alert
from vaste.dashboards.exports import show_exports
from vaste.dashboards.goals import show_goals
from vaste.dashboards.operations import show_operations
from vaste.dashboards.views import show_results

app_name = "dashboards"
urlpatterns = [
    path("staff/results", show_results, name="results"),
    path("staff/alerts", list_alerts, name="alerts"),
    path("staff/alerts/<uuid:alert_id>", show_alert, name="alert"),
    path("staff/goals", show_goals, name="goals"),
    path("staff/operations", show_operations, name="operations"),
    path("staff/export", show_exports, name="exports"),
]
