from django.apps import AppConfig


class NationalConfig(AppConfig):
    """What leaves the county for comparison."""

    name = "vaste.national"
    label = "national"
