from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """What the answers say: figures, alerts and goals."""

    name = "vaste.results"
    label = "results"
