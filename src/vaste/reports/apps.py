from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports, and what people of staff add to them."""

    name = "vaste.reports"
    label = "reports"
