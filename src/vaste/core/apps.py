from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The audit trail is the only thing that core stores."""

    name = "vaste.core"
    label = "core"
