from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Outbox, inbox and the operators' accounts."""

    name = "vaste.messaging"
    label = "messaging"
