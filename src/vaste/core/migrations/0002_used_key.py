from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="UsedKey",
            fields=[
                ("key_id", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("first_used_on", models.DateField()),
            ],
            options={"ordering": ("first_used_on", "key_id")},
        ),
    ]
