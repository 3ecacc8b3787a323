from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0004_turns_of_units"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="inboundseen",
            name="is_answered",
        ),
        migrations.AddField(
            model_name="inboundseen",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
    ]
