from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    """The simulated operator and the pages of the demo; nothing of it is stored."""

    name = "vaste.simulator"
    label = "simulator"
