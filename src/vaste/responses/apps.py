from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    """The anonymous record."""

    name = "vaste.responses"
    label = "responses"
