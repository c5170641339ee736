"""By how many days a payer may extend an appeal stands in its terms, like every other limit."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0003_sent_letters")]
    operations = [
        migrations.AddField(
            model_name="terms",
            name="appeal_extension_days",
            field=models.PositiveSmallIntegerField(
                default=14, help_text="Most days by which an appeal may be extended."
            ),
        ),
    ]
