from django.apps import AppConfig


class HubConfig(AppConfig):
    """The receiving end of deliveries."""

    name = "vaste.national.hub"
    label = "hub"
