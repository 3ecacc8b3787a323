"""Set Django up for a command that needs settings and database; not at import, for some commands work while a setting is wrong."""


def set_up() -> None:
    """Read the settings and load the parts, unless that was done before. Raises SettingWrong."""
    import os

    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaste.config.settings")
        django.setup()
