"""Addresses of the results pages, of alerts, goals and campaigns, and of the pages on messaging and on exports."""

from django.urls import path

from vaste.dashboards.alerts import list_alerts, show_alert
from vaste.dashboards.campaigns import begin_campaign, finish_campaign, let_units_continue, show_campaign, show_campaigns
from vaste.dashboards.corrections import correct_comment
from vaste.dashboards.exports import show_exports
from vaste.dashboards.goals import show_goals
from vaste.dashboards.operations import show_operations
from vaste.dashboards.public import show_csv, show_json, show_package, show_public_results
from vaste.dashboards.scripts import show_script
from vaste.dashboards.views import show_results

app_name = "dashboards"
urlpatterns = [
    path("tulokset", show_public_results, {"language": "fi"}, name="public_fi"),
    path("resultat", show_public_results, {"language": "sv"}, name="public_sv"),
    path("results", show_public_results, {"language": "en"}, name="public_en"),
    path("results/data.csv", show_csv, name="public_csv"),
    path("results/data.json", show_json, name="public_json"),
    path("results/datapackage.json", show_package, name="public_package"),
    path("staff/htmx-<str:content_hash>.js", show_script, name="script"),
    path("staff/results", show_results, name="results"),
    path("staff/comments/<uuid:response_id>", correct_comment, name="correction"),
    path("staff/alerts", list_alerts, name="alerts"),
    path("staff/alerts/<uuid:alert_id>", show_alert, name="alert"),
    path("staff/goals", show_goals, name="goals"),
    path("staff/campaigns", show_campaigns, name="campaigns"),
    path("staff/campaigns/new", begin_campaign, name="campaign_new"),
    path("staff/campaigns/<uuid:campaign_id>", show_campaign, name="campaign"),
    path("staff/campaigns/<uuid:campaign_id>/end", finish_campaign, name="campaign_end"),
    path("staff/campaigns/<uuid:campaign_id>/continue", let_units_continue, name="campaign_continue"),
    path("staff/operations", show_operations, name="operations"),
    path("staff/export", show_exports, name="exports"),
]
