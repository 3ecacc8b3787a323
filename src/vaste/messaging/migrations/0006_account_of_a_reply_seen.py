from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0005_when_a_reply_was_answered"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboundseen",
            name="account",
            field=models.CharField(default="", max_length=40),
        ),
    ]
