from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """Answers of other systems."""

    name = "vaste.history"
    label = "history"
