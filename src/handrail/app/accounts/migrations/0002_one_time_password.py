"""Until when a password made by an administrator works."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="one_time_until",
            field=models.DateTimeField(
                null=True,
                blank=True,
                help_text="Until when a password made by an administrator works; empty for one's own.",
            ),
        ),
    ]
