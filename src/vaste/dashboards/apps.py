from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """What a person in the county sees; stores nothing of its own."""

    name = "vaste.dashboards"
    label = "dashboards"
