from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    """Invitations, opting out, and counts of outcomes."""

    name = "vaste.invitations"
    label = "invitations"
