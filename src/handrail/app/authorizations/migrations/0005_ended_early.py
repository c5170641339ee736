"""The database holds that an authorization ends early before its last day, and with a reason."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0004_longer_appeals")]
    operations = [
        migrations.AddConstraint(
            model_name="authorization",
            constraint=models.CheckConstraint(
                condition=Q(ended_on=None) | (Q(ended_on__lte=F("ends_on")) & ~Q(ended_why="")),
                name="authorization_ended_early_says_why",
            ),
        ),
    ]
