from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Counties, units and staff."""

    name = "vaste.organisations"
    label = "organisations"
