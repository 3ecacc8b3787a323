from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Feeds and the visits they have sent."""

    name = "vaste.visits"
    label = "visits"
