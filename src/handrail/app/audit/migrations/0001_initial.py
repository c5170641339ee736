"""The tables as they began."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("seal", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("organization_id", models.CharField(blank=True, max_length=40)),
                ("user_id", models.BigIntegerField(null=True)),
                ("membership_id", models.BigIntegerField(null=True)),
                ("act", models.CharField(max_length=30)),
                ("table", models.CharField(blank=True, max_length=40)),
                ("row_id", models.CharField(blank=True, max_length=64)),
                ("person_id", models.CharField(blank=True, max_length=64)),
                ("detail", models.CharField(blank=True, max_length=200)),
                ("before", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization_id", "-number"], name="audit_organization"),
                    models.Index(fields=["person_id", "-number"], name="audit_person"),
                ],
            },
        ),
    ]
