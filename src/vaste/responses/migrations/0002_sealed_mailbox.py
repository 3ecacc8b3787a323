"""The mailbox holds sealed answers. Nothing has been released with the open one, so what waits in it is not moved."""

from django.db import migrations, models

import vaste.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0001_initial"),
    ]

    operations = [
        migrations.DeleteModel(name="MailboxAnswer"),
        migrations.CreateModel(
            name="MailboxAnswer",
            fields=[
                ("id", models.UUIDField(default=vaste.core.ids.new_id, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("withdrawal_hash", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["withdrawal_hash"], name="mailbox_withdrawal")],
            },
        ),
    ]
