"""Addresses of the pages of reports."""

from django.urls import path

from vaste.reports.views import fetch_report, prepare_report, show_reports

app_name = "reports"
urlpatterns = [
    path("staff/reports", show_reports, name="reports"),
    path("staff/reports/prepare", prepare_report, name="prepare"),
    path("staff/reports/<uuid:report_id>", fetch_report, name="report"),
]
