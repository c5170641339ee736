"""Second factors that an organization asks for, invitations, and forms that are sent once."""

import django.db.models.deletion
from django.db import migrations, models

import handrail.app.accounts.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sent",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.AddField(
            model_name="organization",
            name="needs_second_factor",
            field=models.BooleanField(
                default=handrail.app.accounts.models.is_factor_needed_at_first,
                help_text="Everybody who works here has a code from an app or a passkey.",
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "seal",
                    models.CharField(
                        help_text="The SHA-256 of the code; the code is kept nowhere.", max_length=64, unique=True
                    ),
                ),
                ("meant_for", models.CharField(max_length=200)),
                ("roles", models.JSONField(default=list)),
                ("staff_id", models.CharField(blank=True, max_length=64)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("open_until", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="accounts.organization",
                    ),
                ),
            ],
        ),
    ]
