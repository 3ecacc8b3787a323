"""What is made of a comment stands on its response. Comments that are there already wait to be read."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def let_comments_wait(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("responses", "Response").objects.exclude(free_text="").update(awaits_reading=True)


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0001_initial"),
        ("responses", "0002_sealed_mailbox"),
    ]

    operations = [
        migrations.AddField("response", "awaits_reading", models.BooleanField(default=False)),
        migrations.AddField("response", "sentiment", models.CharField(blank=True, max_length=10)),
        migrations.AddField("response", "text_language", models.CharField(blank=True, max_length=5)),
        migrations.AddField("response", "text_method", models.CharField(blank=True, max_length=40)),
        migrations.AddField("response", "themes", models.CharField(blank=True, max_length=100)),
        migrations.AddIndex(
            "response",
            models.Index(condition=models.Q(("awaits_reading", True)), fields=["id"], name="response_awaits_reading"),
        ),
        migrations.RunPython(let_comments_wait, migrations.RunPython.noop),
    ]
