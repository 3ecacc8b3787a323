from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invitations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="optout",
            name="way",
            # Of those who opted out before, nobody knows by which way.
            field=models.CharField(choices=[("sms", "sms"), ("page", "page"), ("staff", "staff")], default="", max_length=5),
            preserve_default=False,
        ),
    ]
