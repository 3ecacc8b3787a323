from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Contact requests."""

    name = "vaste.cases"
    label = "cases"
