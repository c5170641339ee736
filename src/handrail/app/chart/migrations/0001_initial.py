"""The tables as they began."""

import django.core.validators
import django.db.models.deletion
import handrail.app.chart.declared
import handrail.app.chart.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cover",
            fields=[
                ("signature_id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("seal", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "birth_date",
                    models.DateField(blank=True, help_text="Date of birth.", null=True, verbose_name="birth date"),
                ),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("female", "female"), ("male", "male"), ("another", "another")],
                        help_text="Recorded sex; empty when nobody recorded it.",
                        max_length=60,
                        null=True,
                        verbose_name="sex",
                    ),
                ),
                (
                    "died_on",
                    models.DateField(blank=True, help_text="Date of death.", null=True, verbose_name="died on"),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "person_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="person_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sex__in", ["female", "male", "another"]), ("sex__isnull", True), _connector="OR"
                        ),
                        name="person_sex_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("died_on__gte", models.F("birth_date")),
                            ("died_on__isnull", True),
                            ("birth_date__isnull", True),
                            _connector="OR",
                        ),
                        name="person_died_on_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Program",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "organization",
                    models.CharField(
                        blank=True,
                        help_text="The organization that runs it.",
                        max_length=500,
                        null=True,
                        verbose_name="organization",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="The program's name.", max_length=500, null=True, verbose_name="name"
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        help_text="The service definition it works under, for example us-ne/intensive-outpatient-2.1.",
                        max_length=500,
                        verbose_name="service",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0.5", "Early intervention"),
                            ("1", "Outpatient"),
                            ("1-OTP", "Opioid treatment program"),
                            ("1-WM", "Ambulatory withdrawal management"),
                            ("2-WM", "Ambulatory withdrawal management with on-site monitoring"),
                            ("2.1", "Intensive outpatient"),
                            ("2.5", "Partial hospitalization"),
                            ("3.1", "Clinically managed low-intensity residential"),
                            ("3.3", "Clinically managed population-specific residential"),
                            ("3.5", "Clinically managed high-intensity residential"),
                            ("3.2-WM", "Residential withdrawal management"),
                            ("3.7", "Medically monitored inpatient"),
                            ("3.7-WM", "Medically monitored inpatient withdrawal management"),
                            ("4", "Medically managed inpatient"),
                            ("4-WM", "Medically managed inpatient withdrawal management"),
                            ("emergency", "Emergency department visit"),
                            ("sober_living", "Recovery residence"),
                            ("recovery_support", "Recovery support in the community"),
                        ],
                        help_text="Level of care it gives.",
                        max_length=60,
                        null=True,
                        verbose_name="level",
                    ),
                ),
                (
                    "focus",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("substance_use", "substance use"),
                            ("mental", "mental"),
                            ("medical", "medical"),
                            ("other", "other"),
                        ],
                        help_text="What it treats first of all; empty means substance use.",
                        max_length=60,
                        null=True,
                        verbose_name="focus",
                    ),
                ),
                (
                    "is_residential",
                    models.BooleanField(
                        blank=True, help_text="People live there.", null=True, verbose_name="is residential"
                    ),
                ),
                (
                    "dual_diagnosis_enhanced",
                    models.BooleanField(
                        blank=True,
                        help_text="It is a dual-diagnosis enhanced program.",
                        null=True,
                        verbose_name="dual diagnosis enhanced",
                    ),
                ),
                (
                    "license_required",
                    models.BooleanField(
                        blank=True,
                        help_text="The licensing body requires a facility licence.",
                        null=True,
                        verbose_name="license required",
                    ),
                ),
                (
                    "license_exempt_reason",
                    models.CharField(
                        blank=True,
                        help_text="Why none is required, where none is.",
                        max_length=500,
                        null=True,
                        verbose_name="license exempt reason",
                    ),
                ),
                (
                    "opened_on",
                    models.DateField(
                        blank=True, help_text="First day of the program.", null=True, verbose_name="opened on"
                    ),
                ),
                (
                    "closed_on",
                    models.DateField(
                        blank=True, help_text="Last day of the program.", null=True, verbose_name="closed on"
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "program_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "opened_on"], name="program_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("focus__in", ["substance_use", "mental", "medical", "other"]),
                            ("focus__isnull", True),
                            _connector="OR",
                        ),
                        name="program_focus_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on__gte", models.F("opened_on")),
                            ("closed_on__isnull", True),
                            ("opened_on__isnull", True),
                            _connector="OR",
                        ),
                        name="program_closed_on_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "requested_on",
                    models.DateField(
                        blank=True,
                        help_text="The day the request or referral was received; empty where there was none.",
                        null=True,
                        verbose_name="requested on",
                    ),
                ),
                (
                    "admitted_on",
                    models.DateField(
                        blank=True,
                        help_text="The day the service began; empty while she waits.",
                        null=True,
                        verbose_name="admitted on",
                    ),
                ),
                (
                    "discharged_on",
                    models.DateField(
                        blank=True, help_text="The day the service ended.", null=True, verbose_name="discharged on"
                    ),
                ),
                (
                    "discharge_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "completed"),
                            ("dropped_out", "dropped out"),
                            ("terminated", "terminated"),
                            ("transferred", "transferred"),
                            ("incarcerated", "incarcerated"),
                            ("died", "died"),
                            ("other", "other"),
                        ],
                        help_text="Why it ended.",
                        max_length=60,
                        null=True,
                        verbose_name="discharge reason",
                    ),
                ),
                (
                    "discharge_recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day the discharge was written down.",
                        null=True,
                        verbose_name="discharge recorded on",
                    ),
                ),
                (
                    "objectives_met",
                    models.BooleanField(
                        blank=True,
                        help_text="The essential objectives of this level were met.",
                        null=True,
                        verbose_name="objectives met",
                    ),
                ),
                (
                    "family_declined_reason",
                    models.CharField(
                        blank=True,
                        help_text="Why family takes no part, where it does not.",
                        max_length=500,
                        null=True,
                        verbose_name="family declined reason",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "episode_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="Whose episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_column="program_id",
                        help_text="The program that gives the service.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "requested_on"], name="episode_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "discharge_reason__in",
                                [
                                    "completed",
                                    "dropped_out",
                                    "terminated",
                                    "transferred",
                                    "incarcerated",
                                    "died",
                                    "other",
                                ],
                            ),
                            ("discharge_reason__isnull", True),
                            _connector="OR",
                        ),
                        name="episode_discharge_reason_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("admitted_on__gte", models.F("requested_on")),
                            ("admitted_on__isnull", True),
                            ("requested_on__isnull", True),
                            _connector="OR",
                        ),
                        name="episode_admitted_on_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discharged_on__gte", models.F("admitted_on")),
                            ("discharged_on__isnull", True),
                            ("admitted_on__isnull", True),
                            _connector="OR",
                        ),
                        name="episode_discharged_on_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("requested_on__isnull", False), ("admitted_on__isnull", False), _connector="OR"
                        ),
                        name="episode_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CareTeamMember",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("medical_home", "medical home"),
                            ("prescriber", "prescriber"),
                            ("mental_health", "mental health"),
                            ("housing", "housing"),
                            ("child_welfare", "child welfare"),
                            ("probation", "probation"),
                            ("peer", "peer"),
                            ("other", "other"),
                        ],
                        help_text="Which role.",
                        max_length=60,
                        verbose_name="role",
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, help_text="Who.", max_length=500, null=True, verbose_name="name"),
                ),
                (
                    "known_on",
                    models.DateField(
                        help_text="The day the program learned of this provider.", verbose_name="known on"
                    ),
                ),
                (
                    "consent_on",
                    models.DateField(
                        blank=True, help_text="The day she consented to contact.", null=True, verbose_name="consent on"
                    ),
                ),
                (
                    "consent_refused",
                    models.BooleanField(
                        blank=True,
                        help_text="She does not want them contacted, and that is documented.",
                        null=True,
                        verbose_name="consent refused",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "care_team_member_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="In which episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "known_on"], name="care_team_member_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "medical_home",
                                    "prescriber",
                                    "mental_health",
                                    "housing",
                                    "child_welfare",
                                    "probation",
                                    "peer",
                                    "other",
                                ],
                            ),
                            ("role__isnull", True),
                            _connector="OR",
                        ),
                        name="care_team_member_role_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Heading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(help_text="What the file is: people, sessions or attendance.", max_length=20),
                ),
                ("column", models.CharField(max_length=40)),
                ("heading", models.CharField(max_length=200)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "kind", "column"), name="one_heading_a_column")
                ],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="identity",
                        serialize=False,
                        to="chart.person",
                    ),
                ),
                ("given_name", models.CharField(max_length=100)),
                ("family_name", models.CharField(max_length=100)),
                ("called", models.CharField(blank=True, help_text="What she wants to be called.", max_length=100)),
                (
                    "number",
                    models.CharField(
                        blank=True, help_text="The number under which the clinic knows her.", max_length=40
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("holder", "number"),
                        name="one_person_a_number",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Coverage",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "payer",
                    models.CharField(
                        blank=True, help_text="The payer's name.", max_length=500, null=True, verbose_name="payer"
                    ),
                ),
                (
                    "payer_type",
                    models.CharField(
                        choices=[
                            ("medicaid", "medicaid"),
                            ("medicare", "medicare"),
                            ("commercial", "commercial"),
                            ("state", "state"),
                            ("self", "self"),
                            ("other", "other"),
                        ],
                        help_text="Kind of payer.",
                        max_length=60,
                        verbose_name="payer type",
                    ),
                ),
                ("starts_on", models.DateField(help_text="First day covered.", verbose_name="starts on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="Last day covered; empty while it goes on.",
                        null=True,
                        verbose_name="ends on",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "coverage_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="Who is covered.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="coverage_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payer_type__in", ["medicaid", "medicare", "commercial", "state", "self", "other"]),
                            ("payer_type__isnull", True),
                            _connector="OR",
                        ),
                        name="coverage_payer_type_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__gte", models.F("starts_on")),
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            _connector="OR",
                        ),
                        name="coverage_ends_on_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimLine",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("claim_id", models.CharField(help_text="The claim.", max_length=500, verbose_name="claim")),
                (
                    "billing_npi",
                    models.CharField(
                        blank=True, help_text="Who billed.", max_length=500, null=True, verbose_name="billing npi"
                    ),
                ),
                (
                    "rendering_npi",
                    models.CharField(
                        blank=True,
                        help_text="Who gave the service.",
                        max_length=500,
                        null=True,
                        verbose_name="rendering npi",
                    ),
                ),
                (
                    "service_code",
                    models.CharField(
                        blank=True,
                        help_text="Procedure or revenue code, for example H0015.",
                        max_length=500,
                        null=True,
                        verbose_name="service code",
                    ),
                ),
                (
                    "modifiers",
                    models.CharField(
                        blank=True,
                        help_text="Modifiers, separated by spaces.",
                        max_length=500,
                        null=True,
                        verbose_name="modifiers",
                    ),
                ),
                (
                    "units",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Units billed.",
                        max_digits=15,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="units",
                    ),
                ),
                ("starts_on", models.DateField(help_text="First day of service.", verbose_name="starts on")),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="Last day of service.", null=True, verbose_name="ends on"),
                ),
                (
                    "diagnosis_code",
                    models.CharField(
                        blank=True,
                        help_text="First diagnosis on the line.",
                        max_length=500,
                        null=True,
                        verbose_name="diagnosis code",
                    ),
                ),
                (
                    "paid_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Dollars paid.",
                        max_digits=15,
                        null=True,
                        verbose_name="paid amount",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "claim_line_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="For whom.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "starts_on"], name="claim_line_org")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("units__gte", 0)), name="claim_line_units_least"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__gte", models.F("starts_on")),
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            _connector="OR",
                        ),
                        name="claim_line_ends_on_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Child",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "birth_date",
                    models.DateField(
                        blank=True, help_text="The child's date of birth.", null=True, verbose_name="birth date"
                    ),
                ),
                (
                    "lives_with_person",
                    models.BooleanField(
                        blank=True,
                        help_text="The child lives with this parent.",
                        null=True,
                        verbose_name="lives with person",
                    ),
                ),
                (
                    "custody",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("full", "full"),
                            ("shared", "shared"),
                            ("none", "none"),
                            ("reunifying", "reunifying"),
                        ],
                        help_text="Custody, where it is recorded. No clause requires it.",
                        max_length=60,
                        null=True,
                        verbose_name="custody",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "child_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="The parent.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="child_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("custody__in", ["full", "shared", "none", "reunifying"]),
                            ("custody__isnull", True),
                            _connector="OR",
                        ),
                        name="child_custody_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "name",
                    models.CharField(blank=True, help_text="Name.", max_length=500, null=True, verbose_name="name"),
                ),
                (
                    "npi",
                    models.CharField(
                        blank=True,
                        help_text="National provider identifier, where there is one.",
                        max_length=500,
                        null=True,
                        verbose_name="npi",
                    ),
                ),
                (
                    "treats",
                    models.BooleanField(
                        blank=True,
                        help_text="This person treats people (and is not only clerical).",
                        null=True,
                        verbose_name="treats",
                    ),
                ),
                ("hired_on", models.DateField(blank=True, help_text="First day.", null=True, verbose_name="hired on")),
                ("left_on", models.DateField(blank=True, help_text="Last day.", null=True, verbose_name="left on")),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "staff_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_column="program_id",
                        help_text="The program.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "hired_on"], name="staff_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__gte", models.F("hired_on")),
                            ("left_on__isnull", True),
                            ("hired_on__isnull", True),
                            _connector="OR",
                        ),
                        name="staff_left_on_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("initial", "initial"),
                            ("prior", "prior"),
                            ("addendum", "addendum"),
                            ("reassessment", "reassessment"),
                        ],
                        help_text="Made at intake, made earlier and taken over, an addendum, or made during treatment.",
                        max_length=60,
                        verbose_name="kind",
                    ),
                ),
                (
                    "completed_on",
                    models.DateField(help_text="The day it was completed and signed.", verbose_name="completed on"),
                ),
                (
                    "assessor_credential",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("physician", "Physician"),
                            ("psychiatrist", "Psychiatrist"),
                            ("physician_assistant", "Physician assistant"),
                            ("aprn", "Advanced practice registered nurse"),
                            ("psychologist", "Psychologist"),
                            ("provisional_psychologist", "Provisionally licensed psychologist"),
                            ("limhp", "Licensed independent mental health practitioner"),
                            ("lmhp", "Licensed mental health practitioner"),
                            ("plmhp", "Provisionally licensed mental health practitioner"),
                            ("ladc", "Licensed alcohol and drug counselor"),
                            ("pladc", "Provisionally licensed alcohol and drug counselor"),
                            ("registered_nurse", "Registered nurse"),
                            ("peer", "Certified peer support specialist"),
                            ("other", "Other"),
                        ],
                        help_text="The credential of who assessed, if nobody of our staff.",
                        max_length=60,
                        null=True,
                        verbose_name="assessor credential",
                    ),
                ),
                (
                    "found_relevant",
                    models.BooleanField(
                        blank=True,
                        help_text="For a prior assessment: a clinician attested that it is clinically relevant.",
                        null=True,
                        verbose_name="found relevant",
                    ),
                ),
                (
                    "gives_diagnosis",
                    models.BooleanField(
                        blank=True,
                        help_text="It contains a current diagnosis.",
                        null=True,
                        verbose_name="gives diagnosis",
                    ),
                ),
                (
                    "gives_level",
                    models.BooleanField(
                        blank=True,
                        help_text="It contains a level-of-care recommendation.",
                        null=True,
                        verbose_name="gives level",
                    ),
                ),
                (
                    "gives_discharge_plan",
                    models.BooleanField(
                        blank=True,
                        help_text="It contains a discharge plan.",
                        null=True,
                        verbose_name="gives discharge plan",
                    ),
                ),
                (
                    "level_recommended",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0.5", "Early intervention"),
                            ("1", "Outpatient"),
                            ("1-OTP", "Opioid treatment program"),
                            ("1-WM", "Ambulatory withdrawal management"),
                            ("2-WM", "Ambulatory withdrawal management with on-site monitoring"),
                            ("2.1", "Intensive outpatient"),
                            ("2.5", "Partial hospitalization"),
                            ("3.1", "Clinically managed low-intensity residential"),
                            ("3.3", "Clinically managed population-specific residential"),
                            ("3.5", "Clinically managed high-intensity residential"),
                            ("3.2-WM", "Residential withdrawal management"),
                            ("3.7", "Medically monitored inpatient"),
                            ("3.7-WM", "Medically monitored inpatient withdrawal management"),
                            ("4", "Medically managed inpatient"),
                            ("4-WM", "Medically managed inpatient withdrawal management"),
                            ("emergency", "Emergency department visit"),
                            ("sober_living", "Recovery residence"),
                            ("recovery_support", "Recovery support in the community"),
                        ],
                        help_text="The level of care it recommends.",
                        max_length=60,
                        null=True,
                        verbose_name="level recommended",
                    ),
                ),
                (
                    "asam_edition",
                    models.CharField(
                        blank=True,
                        choices=[("3", "3"), ("4", "4")],
                        help_text="Edition of the criteria that its ratings follow.",
                        max_length=60,
                        null=True,
                        verbose_name="asam edition",
                    ),
                ),
                (
                    "suspects_mental_condition",
                    models.BooleanField(
                        blank=True,
                        help_text="The assessor suspects a mental health condition.",
                        null=True,
                        verbose_name="suspects mental condition",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "assessment_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        blank=True,
                        db_column="episode_id",
                        help_text="The episode it was made or used for; empty for one from elsewhere that nobody has used yet.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="Who was assessed.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        blank=True,
                        db_column="assessor_id",
                        help_text="Who assessed, if one of our staff.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="assessor",
                    ),
                ),
                (
                    "relevance_attested_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="relevance_attested_by",
                        help_text="Who attested it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="relevance attested by",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "completed_on"], name="assessment_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["initial", "prior", "addendum", "reassessment"]),
                            ("kind__isnull", True),
                            _connector="OR",
                        ),
                        name="assessment_kind_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asam_edition__in", ["3", "4"]), ("asam_edition__isnull", True), _connector="OR"
                        ),
                        name="assessment_asam_edition_listed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("medical", "medical"),
                            ("psychiatric", "psychiatric"),
                            ("primary_care", "primary care"),
                            ("medication", "medication"),
                            ("housing", "housing"),
                            ("child_welfare", "child welfare"),
                            ("legal", "legal"),
                            ("other", "other"),
                        ],
                        help_text="What kind.",
                        max_length=60,
                        verbose_name="kind",
                    ),
                ),
                (
                    "identified_on",
                    models.DateField(help_text="The day it was identified.", verbose_name="identified on"),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "need_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="In which episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "identified_on"], name="need_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "medical",
                                    "psychiatric",
                                    "primary_care",
                                    "medication",
                                    "housing",
                                    "child_welfare",
                                    "legal",
                                    "other",
                                ],
                            ),
                            ("kind__isnull", True),
                            _connector="OR",
                        ),
                        name="need_kind_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("living_arrangement", "living arrangement"),
                            ("stable_nights", "stable nights"),
                            ("recovery_environment", "recovery environment"),
                            ("employment", "employment"),
                            ("function_score", "function score"),
                            ("support_network", "support network"),
                            ("primary_care_visit", "primary care visit"),
                            ("takes_medication", "takes medication"),
                            ("self_help", "self help"),
                            ("arrests", "arrests"),
                        ],
                        help_text="What was measured.",
                        max_length=60,
                        verbose_name="measure",
                    ),
                ),
                (
                    "value_number",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="The number, where the measure is one.",
                        max_digits=15,
                        null=True,
                        verbose_name="value number",
                    ),
                ),
                (
                    "value_code",
                    models.CharField(
                        blank=True,
                        help_text="The category, where the measure has categories.",
                        max_length=500,
                        null=True,
                        verbose_name="value code",
                    ),
                ),
                (
                    "tool",
                    models.CharField(
                        blank=True,
                        help_text="The standard instrument, where one was used.",
                        max_length=500,
                        null=True,
                        verbose_name="tool",
                    ),
                ),
                ("observed_on", models.DateField(help_text="The day.", verbose_name="observed on")),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "observation_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="Of whom.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "observed_on"], name="observation_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "measure__in",
                                [
                                    "living_arrangement",
                                    "stable_nights",
                                    "recovery_environment",
                                    "employment",
                                    "function_score",
                                    "support_network",
                                    "primary_care_visit",
                                    "takes_medication",
                                    "self_help",
                                    "arrests",
                                ],
                            ),
                            ("measure__isnull", True),
                            _connector="OR",
                        ),
                        name="observation_measure_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideStay",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0.5", "Early intervention"),
                            ("1", "Outpatient"),
                            ("1-OTP", "Opioid treatment program"),
                            ("1-WM", "Ambulatory withdrawal management"),
                            ("2-WM", "Ambulatory withdrawal management with on-site monitoring"),
                            ("2.1", "Intensive outpatient"),
                            ("2.5", "Partial hospitalization"),
                            ("3.1", "Clinically managed low-intensity residential"),
                            ("3.3", "Clinically managed population-specific residential"),
                            ("3.5", "Clinically managed high-intensity residential"),
                            ("3.2-WM", "Residential withdrawal management"),
                            ("3.7", "Medically monitored inpatient"),
                            ("3.7-WM", "Medically monitored inpatient withdrawal management"),
                            ("4", "Medically managed inpatient"),
                            ("4-WM", "Medically managed inpatient withdrawal management"),
                            ("emergency", "Emergency department visit"),
                            ("sober_living", "Recovery residence"),
                            ("recovery_support", "Recovery support in the community"),
                        ],
                        help_text="Level of care given there.",
                        max_length=60,
                        null=True,
                        verbose_name="level",
                    ),
                ),
                (
                    "focus",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("substance_use", "substance use"),
                            ("mental", "mental"),
                            ("medical", "medical"),
                            ("other", "other"),
                        ],
                        help_text="What it treated first of all.",
                        max_length=60,
                        null=True,
                        verbose_name="focus",
                    ),
                ),
                (
                    "facility",
                    models.CharField(
                        blank=True, help_text="Where.", max_length=500, null=True, verbose_name="facility"
                    ),
                ),
                ("admitted_on", models.DateField(help_text="First day.", verbose_name="admitted on")),
                (
                    "discharged_on",
                    models.DateField(
                        blank=True, help_text="The day the stay ended.", null=True, verbose_name="discharged on"
                    ),
                ),
                (
                    "discharge_reason",
                    models.CharField(
                        blank=True,
                        help_text="Why it ended.",
                        max_length=500,
                        null=True,
                        verbose_name="discharge reason",
                    ),
                ),
                (
                    "objectives_met",
                    models.BooleanField(
                        blank=True,
                        help_text="The essential objectives of that level were met.",
                        null=True,
                        verbose_name="objectives met",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "outside_stay_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="Who stayed.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "admitted_on"], name="outside_stay_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("focus__in", ["substance_use", "mental", "medical", "other"]),
                            ("focus__isnull", True),
                            _connector="OR",
                        ),
                        name="outside_stay_focus_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discharged_on__gte", models.F("admitted_on")),
                            ("discharged_on__isnull", True),
                            ("admitted_on__isnull", True),
                            _connector="OR",
                        ),
                        name="outside_stay_discharged_on_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("effective_on", models.DateField(help_text="The day it took effect.", verbose_name="effective on")),
                (
                    "has_discharge_plan",
                    models.BooleanField(
                        blank=True,
                        help_text="It has a discharge section.",
                        null=True,
                        verbose_name="has discharge plan",
                    ),
                ),
                (
                    "has_relapse_prevention",
                    models.BooleanField(
                        blank=True,
                        help_text="It has a relapse-prevention section.",
                        null=True,
                        verbose_name="has relapse prevention",
                    ),
                ),
                (
                    "considers_supports",
                    models.BooleanField(
                        blank=True,
                        help_text='Community, family and other supports were considered ("none, because" counts).',
                        null=True,
                        verbose_name="considers supports",
                    ),
                ),
                (
                    "plans_individual",
                    models.BooleanField(
                        blank=True, help_text="It plans individual therapy.", null=True, verbose_name="plans individual"
                    ),
                ),
                (
                    "plans_family",
                    models.BooleanField(
                        blank=True, help_text="It plans family therapy.", null=True, verbose_name="plans family"
                    ),
                ),
                (
                    "plans_group",
                    models.BooleanField(
                        blank=True, help_text="It plans group therapy.", null=True, verbose_name="plans group"
                    ),
                ),
                (
                    "plans_education",
                    models.BooleanField(
                        blank=True, help_text="It plans educational groups.", null=True, verbose_name="plans education"
                    ),
                ),
                (
                    "plans_motivation",
                    models.BooleanField(
                        blank=True, help_text="It plans motivational work.", null=True, verbose_name="plans motivation"
                    ),
                ),
                (
                    "review_every_days",
                    models.BigIntegerField(
                        blank=True,
                        help_text="A shorter review interval that medical need asks for, in days.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="review every days",
                    ),
                ),
                (
                    "planned_minutes_per_week",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Treatment minutes a week that the plan sets.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="planned minutes per week",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "plan_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="Whose episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="written_by",
                        help_text="Who wrote it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="written by",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "effective_on"], name="plan_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("review_every_days__gte", 1)), name="plan_review_every_days_least"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("planned_minutes_per_week__gte", 0)),
                        name="plan_planned_minutes_per_week_least",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "linked_problem",
                    models.CharField(
                        blank=True,
                        help_text="The problem or dimension of hers that it answers; empty if none is named.",
                        max_length=500,
                        null=True,
                        verbose_name="linked problem",
                    ),
                ),
                ("set_on", models.DateField(help_text="The day it was set.", verbose_name="set on")),
                (
                    "target_on",
                    models.DateField(
                        blank=True, help_text="The day by which it is to be met.", null=True, verbose_name="target on"
                    ),
                ),
                (
                    "met_on",
                    models.DateField(blank=True, help_text="The day it was met.", null=True, verbose_name="met on"),
                ),
                (
                    "dropped_on",
                    models.DateField(
                        blank=True,
                        help_text="The day it was dropped by agreement.",
                        null=True,
                        verbose_name="dropped on",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "goal_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="Whose episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_column="plan_id",
                        help_text="The plan version that first had it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "set_on"], name="goal_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("met_on__gte", models.F("set_on")),
                            ("met_on__isnull", True),
                            ("set_on__isnull", True),
                            _connector="OR",
                        ),
                        name="goal_met_on_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanReview",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("reviewed_on", models.DateField(help_text="The day.", verbose_name="reviewed on")),
                (
                    "updates_plan",
                    models.BooleanField(
                        blank=True,
                        help_text="The plan was updated or confirmed in writing.",
                        null=True,
                        verbose_name="updates plan",
                    ),
                ),
                (
                    "cooccurring_monitored",
                    models.BooleanField(
                        blank=True,
                        help_text="It notes how stabilized co-occurring problems are.",
                        null=True,
                        verbose_name="cooccurring monitored",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "plan_review_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="Whose episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="reviewed_by",
                        help_text="Under whose clinical guidance.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="reviewed by",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "reviewed_on"], name="plan_review_org")],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("occurred_on", models.DateField(help_text="The day.", verbose_name="occurred on")),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("minor", "minor"),
                            ("moderate", "moderate"),
                            ("severe", "severe"),
                            ("sentinel", "sentinel"),
                        ],
                        help_text="How grave.",
                        max_length=60,
                        null=True,
                        verbose_name="severity",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "incident_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        blank=True,
                        db_column="episode_id",
                        help_text="Whose episode, where it concerns one person.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_column="program_id",
                        help_text="In which program.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "occurred_on"], name="incident_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("severity__in", ["minor", "moderate", "severe", "sentinel"]),
                            ("severity__isnull", True),
                            _connector="OR",
                        ),
                        name="incident_severity_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Grievance",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("received_on", models.DateField(help_text="The day.", verbose_name="received on")),
                (
                    "upheld",
                    models.BooleanField(
                        blank=True, help_text="It was found justified.", null=True, verbose_name="upheld"
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "grievance_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        blank=True,
                        db_column="episode_id",
                        help_text="Whose episode, where it concerns one person.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_column="program_id",
                        help_text="Against which program.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "received_on"], name="grievance_org")],
            },
        ),
        migrations.CreateModel(
            name="FacilityLicense",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        blank=True, help_text="Kind of licence.", max_length=500, null=True, verbose_name="kind"
                    ),
                ),
                ("issued_on", models.DateField(help_text="First day it is valid.", verbose_name="issued on")),
                (
                    "expires_on",
                    models.DateField(
                        blank=True,
                        help_text="Last day it is valid; empty where it has no end.",
                        null=True,
                        verbose_name="expires on",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "facility_license_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_column="program_id",
                        help_text="Whose licence.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "issued_on"], name="facility_license_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__gte", models.F("issued_on")),
                            ("expires_on__isnull", True),
                            ("issued_on__isnull", True),
                            _connector="OR",
                        ),
                        name="facility_license_expires_on_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgramClosure",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("starts_on", models.DateField(help_text="First closed day.", verbose_name="starts on")),
                ("ends_on", models.DateField(help_text="Last closed day.", verbose_name="ends on")),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        help_text="Why, for example a public holiday.",
                        max_length=500,
                        null=True,
                        verbose_name="reason",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "program_closure_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_column="program_id",
                        help_text="Which program.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="program_closure_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__gte", models.F("starts_on")),
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            _connector="OR",
                        ),
                        name="program_closure_ends_on_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("mental_health", "mental health"),
                            ("medical", "medical"),
                            ("psychiatric", "psychiatric"),
                            ("primary_care", "primary care"),
                            ("housing", "housing"),
                            ("legal", "legal"),
                            ("other", "other"),
                        ],
                        help_text="What for.",
                        max_length=60,
                        verbose_name="purpose",
                    ),
                ),
                ("referred_on", models.DateField(help_text="The day.", verbose_name="referred on")),
                (
                    "receiver",
                    models.CharField(
                        blank=True, help_text="To whom.", max_length=500, null=True, verbose_name="receiver"
                    ),
                ),
                (
                    "receiver_credential",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("physician", "Physician"),
                            ("psychiatrist", "Psychiatrist"),
                            ("physician_assistant", "Physician assistant"),
                            ("aprn", "Advanced practice registered nurse"),
                            ("psychologist", "Psychologist"),
                            ("provisional_psychologist", "Provisionally licensed psychologist"),
                            ("limhp", "Licensed independent mental health practitioner"),
                            ("lmhp", "Licensed mental health practitioner"),
                            ("plmhp", "Provisionally licensed mental health practitioner"),
                            ("ladc", "Licensed alcohol and drug counselor"),
                            ("pladc", "Provisionally licensed alcohol and drug counselor"),
                            ("registered_nurse", "Registered nurse"),
                            ("peer", "Certified peer support specialist"),
                            ("other", "Other"),
                        ],
                        help_text="The credential of the receiving clinician.",
                        max_length=60,
                        null=True,
                        verbose_name="receiver credential",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("seen", "seen"),
                            ("declined", "declined"),
                            ("not_available", "not available"),
                            ("did_not_attend", "did not attend"),
                        ],
                        help_text="What came of it.",
                        max_length=60,
                        null=True,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "outcome_on",
                    models.DateField(
                        blank=True, help_text="The day the outcome was known.", null=True, verbose_name="outcome on"
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "referral_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="In which episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        blank=True,
                        db_column="need_id",
                        help_text="The need it answers, where there is one.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.need",
                        verbose_name="need",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "referred_on"], name="referral_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "purpose__in",
                                [
                                    "mental_health",
                                    "medical",
                                    "psychiatric",
                                    "primary_care",
                                    "housing",
                                    "legal",
                                    "other",
                                ],
                            ),
                            ("purpose__isnull", True),
                            _connector="OR",
                        ),
                        name="referral_purpose_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["seen", "declined", "not_available", "did_not_attend"]),
                            ("outcome__isnull", True),
                            _connector="OR",
                        ),
                        name="referral_outcome_listed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewParticipant",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("individual", "individual"),
                            ("family", "family"),
                            ("support", "support"),
                            ("staff", "staff"),
                        ],
                        help_text="As whom.",
                        max_length=60,
                        verbose_name="role",
                    ),
                ),
                (
                    "took_part",
                    models.BooleanField(
                        help_text="Took part; no means a documented refusal.", verbose_name="took part"
                    ),
                ),
                (
                    "consent_on",
                    models.DateField(
                        blank=True,
                        help_text="For family and supports: the day she approved in writing.",
                        null=True,
                        verbose_name="consent on",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "review_participant_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "plan_review",
                    models.ForeignKey(
                        db_column="plan_review_id",
                        help_text="Which review.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.planreview",
                        verbose_name="plan review",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="review_participant_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["individual", "family", "support", "staff"]),
                            ("role__isnull", True),
                            _connector="OR",
                        ),
                        name="review_participant_role_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cooccurring", "cooccurring"),
                            ("medical", "medical"),
                            ("trauma", "trauma"),
                            ("other", "other"),
                        ],
                        help_text="What was screened for.",
                        max_length=60,
                        verbose_name="kind",
                    ),
                ),
                (
                    "tool",
                    models.CharField(
                        blank=True, help_text="The instrument.", max_length=500, null=True, verbose_name="tool"
                    ),
                ),
                (
                    "positive",
                    models.BooleanField(
                        blank=True, help_text="The result points to a condition.", null=True, verbose_name="positive"
                    ),
                ),
                ("screened_on", models.DateField(help_text="The day.", verbose_name="screened on")),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "screening_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        db_column="assessment_id",
                        help_text="In which assessment.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.assessment",
                        verbose_name="assessment",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "screened_on"], name="screening_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["cooccurring", "medical", "trauma", "other"]),
                            ("kind__isnull", True),
                            _connector="OR",
                        ),
                        name="screening_kind_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceAuthorization",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("starts_on", models.DateField(help_text="First day.", verbose_name="starts on")),
                ("ends_on", models.DateField(help_text="Last day.", verbose_name="ends on")),
                (
                    "authorized_minutes",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Minutes authorized in all.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="authorized minutes",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "service_authorization_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="For which episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "starts_on"], name="service_authorization_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("authorized_minutes__gte", 0)),
                        name="service_authorization_authorized_minutes_least",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__gte", models.F("starts_on")),
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            _connector="OR",
                        ),
                        name="service_authorization_ends_on_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("individual", "individual"),
                            ("family", "family"),
                            ("group", "group"),
                            ("education", "education"),
                            ("motivational", "motivational"),
                            ("recovery_support", "recovery support"),
                            ("assessment", "assessment"),
                            ("case_management", "case management"),
                            ("self_help", "self help"),
                            ("meal", "meal"),
                            ("transport", "transport"),
                            ("drug_screen", "drug screen"),
                            ("paperwork", "paperwork"),
                            ("crisis_phone", "crisis phone"),
                            ("other", "other"),
                        ],
                        help_text="What it was.",
                        max_length=60,
                        verbose_name="type",
                    ),
                ),
                (
                    "setting",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("office", "office"),
                            ("clinic", "clinic"),
                            ("home", "home"),
                            ("community", "community"),
                            ("telehealth", "telehealth"),
                            ("other", "other"),
                        ],
                        help_text="Where.",
                        max_length=60,
                        null=True,
                        verbose_name="setting",
                    ),
                ),
                (
                    "setting_note",
                    models.CharField(
                        blank=True,
                        help_text="What place, where the setting is other.",
                        max_length=500,
                        null=True,
                        verbose_name="setting note",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("held", "held"), ("cancelled", "cancelled")],
                        help_text="Held or cancelled.",
                        max_length=60,
                        verbose_name="status",
                    ),
                ),
                ("held_on", models.DateField(help_text="The service date.", verbose_name="held on")),
                (
                    "starts_at",
                    handrail.app.chart.fields.WallTimeField(
                        blank=True, help_text="Start, local wall-clock time.", null=True, verbose_name="starts at"
                    ),
                ),
                (
                    "ends_at",
                    handrail.app.chart.fields.WallTimeField(
                        blank=True, help_text="End, local wall-clock time.", null=True, verbose_name="ends at"
                    ),
                ),
                (
                    "break_minutes",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Minutes of meals and breaks inside it.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="break minutes",
                    ),
                ),
                (
                    "scheduled_count",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Individuals scheduled.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="scheduled count",
                    ),
                ),
                (
                    "head_count",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Individuals present, at the peak (no staff, family or observers).",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="head count",
                    ),
                ),
                (
                    "practice",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("motivational_interviewing", "motivational interviewing"),
                            ("cognitive_behavioral", "cognitive behavioral"),
                            ("contingency_management", "contingency management"),
                            ("community_reinforcement", "community reinforcement"),
                            ("twelve_step_facilitation", "twelve step facilitation"),
                            ("trauma_focused", "trauma focused"),
                            ("other", "other"),
                            ("none", "none"),
                        ],
                        help_text="The evidence-based practice used.",
                        max_length=60,
                        null=True,
                        verbose_name="practice",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "session_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_column="program_id",
                        help_text="Which program.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "held_on"], name="session_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "individual",
                                    "family",
                                    "group",
                                    "education",
                                    "motivational",
                                    "recovery_support",
                                    "assessment",
                                    "case_management",
                                    "self_help",
                                    "meal",
                                    "transport",
                                    "drug_screen",
                                    "paperwork",
                                    "crisis_phone",
                                    "other",
                                ],
                            ),
                            ("type__isnull", True),
                            _connector="OR",
                        ),
                        name="session_type_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("setting__in", ["office", "clinic", "home", "community", "telehealth", "other"]),
                            ("setting__isnull", True),
                            _connector="OR",
                        ),
                        name="session_setting_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["held", "cancelled"]), ("status__isnull", True), _connector="OR"
                        ),
                        name="session_status_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("break_minutes__gte", 0)), name="session_break_minutes_least"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scheduled_count__gte", 0)), name="session_scheduled_count_least"
                    ),
                    models.CheckConstraint(condition=models.Q(("head_count__gte", 0)), name="session_head_count_least"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "practice__in",
                                [
                                    "motivational_interviewing",
                                    "cognitive_behavioral",
                                    "contingency_management",
                                    "community_reinforcement",
                                    "twelve_step_facilitation",
                                    "trauma_focused",
                                    "other",
                                    "none",
                                ],
                            ),
                            ("practice__isnull", True),
                            _connector="OR",
                        ),
                        name="session_practice_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gte", models.F("starts_at")),
                            ("ends_at__isnull", True),
                            ("starts_at__isnull", True),
                            _connector="OR",
                        ),
                        name="session_ends_at_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("attended", "attended"), ("absent", "absent"), ("excused", "excused")],
                        help_text="Whether she came.",
                        max_length=60,
                        verbose_name="status",
                    ),
                ),
                (
                    "arrived_at",
                    handrail.app.chart.fields.WallTimeField(
                        blank=True,
                        help_text="When she came, local time; empty means not documented.",
                        null=True,
                        verbose_name="arrived at",
                    ),
                ),
                (
                    "left_at",
                    handrail.app.chart.fields.WallTimeField(
                        blank=True,
                        help_text="When she left, local time; empty means not documented.",
                        null=True,
                        verbose_name="left at",
                    ),
                ),
                (
                    "excused_reason",
                    models.CharField(
                        blank=True,
                        help_text="Why she was excused.",
                        max_length=500,
                        null=True,
                        verbose_name="excused reason",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "attendance_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="Whose episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_column="session_id",
                        help_text="Which session.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.session",
                        verbose_name="session",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="attendance_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["attended", "absent", "excused"]), ("status__isnull", True), _connector="OR"
                        ),
                        name="attendance_status_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__gte", models.F("arrived_at")),
                            ("left_at__isnull", True),
                            ("arrived_at__isnull", True),
                            _connector="OR",
                        ),
                        name="attendance_left_at_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionFocus",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("citizenship", "citizenship"),
                            ("communication", "communication"),
                            ("crisis_management", "crisis management"),
                            ("relapse_prevention", "relapse prevention"),
                            ("social_behavior", "social behavior"),
                            ("self_advocacy", "self advocacy"),
                            ("informed_choice", "informed choice"),
                            ("community_integration", "community integration"),
                            ("relationships", "relationships"),
                            ("other", "other"),
                        ],
                        help_text="Which area.",
                        max_length=60,
                        verbose_name="area",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "session_focus_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_column="session_id",
                        help_text="Which session.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.session",
                        verbose_name="session",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="session_focus_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "area__in",
                                [
                                    "citizenship",
                                    "communication",
                                    "crisis_management",
                                    "relapse_prevention",
                                    "social_behavior",
                                    "self_advocacy",
                                    "informed_choice",
                                    "community_integration",
                                    "relationships",
                                    "other",
                                ],
                            ),
                            ("area__isnull", True),
                            _connector="OR",
                        ),
                        name="session_focus_area_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "signer",
                    models.CharField(
                        choices=[
                            ("individual", "individual"),
                            ("staff", "staff"),
                            ("family", "family"),
                            ("support", "support"),
                        ],
                        help_text="Who signed.",
                        max_length=60,
                        verbose_name="signer",
                    ),
                ),
                ("signed_on", models.DateField(help_text="The day.", verbose_name="signed on")),
                (
                    "refused",
                    models.BooleanField(
                        blank=True,
                        help_text="She refused or could not sign, and that is documented. Only the individual may.",
                        null=True,
                        verbose_name="refused",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "signature_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_column="plan_id",
                        help_text="The plan signed, if a plan.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.plan",
                        verbose_name="plan",
                    ),
                ),
                (
                    "plan_review",
                    models.ForeignKey(
                        blank=True,
                        db_column="plan_review_id",
                        help_text="The review signed, if a review.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.planreview",
                        verbose_name="plan review",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        blank=True,
                        db_column="staff_id",
                        help_text="Which member of staff, if staff.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="staff",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "signed_on"], name="signature_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signer__in", ["individual", "staff", "family", "support"]),
                            ("signer__isnull", True),
                            _connector="OR",
                        ),
                        name="signature_signer_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionStaff",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "session_staff_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_column="session_id",
                        help_text="Which session.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.session",
                        verbose_name="session",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_column="staff_id",
                        help_text="Who gave it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="staff",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="session_staff_org")],
            },
        ),
        migrations.CreateModel(
            name="OnCallShift",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "starts_at",
                    handrail.app.chart.fields.WallTimeField(
                        help_text="Start, local wall-clock time.", verbose_name="starts at"
                    ),
                ),
                (
                    "ends_at",
                    handrail.app.chart.fields.WallTimeField(
                        help_text="End, local wall-clock time.", verbose_name="ends at"
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "on_call_shift_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_column="program_id",
                        help_text="For which program.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_column="staff_id",
                        help_text="Who can be reached.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="staff",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="on_call_shift_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gte", models.F("starts_at")),
                            ("ends_at__isnull", True),
                            ("starts_at__isnull", True),
                            _connector="OR",
                        ),
                        name="on_call_shift_ends_at_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("expects_progress", "expects progress"),
                            ("needs_dual_diagnosis_services", "needs dual diagnosis services"),
                            ("level_one_insufficient", "level one insufficient"),
                            ("level_one_was_preparation", "level one was preparation"),
                            ("progressing", "progressing"),
                            ("goals_unmet", "goals unmet"),
                            ("level_necessary", "level necessary"),
                            ("has_capacity", "has capacity"),
                            ("actively_working", "actively working"),
                            ("new_problem", "new problem"),
                            ("new_problem_suits_level", "new problem suits level"),
                            ("least_intensive", "least intensive"),
                            ("condition_stabilized", "condition stabilized"),
                            ("relapse_potential_stabilized", "relapse potential stabilized"),
                            ("impairment_limited", "impairment limited"),
                            ("plan_individualized", "plan individualized"),
                            ("override", "override"),
                        ],
                        help_text="What was judged.",
                        max_length=60,
                        verbose_name="kind",
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        blank=True,
                        help_text="For an override: the id of the clause it departs from.",
                        max_length=500,
                        null=True,
                        verbose_name="about",
                    ),
                ),
                ("answer", models.BooleanField(help_text="The judgement.", verbose_name="answer")),
                ("judged_on", models.DateField(help_text="The day.", verbose_name="judged on")),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "judgement_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="In which episode.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="judged_by",
                        help_text="Who judged.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="judged by",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "judged_on"], name="judgement_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "expects_progress",
                                    "needs_dual_diagnosis_services",
                                    "level_one_insufficient",
                                    "level_one_was_preparation",
                                    "progressing",
                                    "goals_unmet",
                                    "level_necessary",
                                    "has_capacity",
                                    "actively_working",
                                    "new_problem",
                                    "new_problem_suits_level",
                                    "least_intensive",
                                    "condition_stabilized",
                                    "relapse_potential_stabilized",
                                    "impairment_limited",
                                    "plan_individualized",
                                    "override",
                                ],
                            ),
                            ("kind__isnull", True),
                            _connector="OR",
                        ),
                        name="judgement_kind_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("children", "children"),
                            ("diagnoses", "diagnoses"),
                            ("stays", "stays"),
                            ("impairments", "impairments"),
                            ("needs", "needs"),
                            ("providers", "providers"),
                            ("medication", "medication"),
                            ("substance_use", "substance use"),
                            ("incidents", "incidents"),
                            ("grievances", "grievances"),
                            ("coverage", "coverage"),
                        ],
                        help_text="What was asked about.",
                        max_length=60,
                        verbose_name="topic",
                    ),
                ),
                ("asked_on", models.DateField(help_text="The day it was asked.", verbose_name="asked on")),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "inquiry_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="The person asked about.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="asked_by",
                        help_text="Who asked.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="asked by",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "asked_on"], name="inquiry_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                [
                                    "children",
                                    "diagnoses",
                                    "stays",
                                    "impairments",
                                    "needs",
                                    "providers",
                                    "medication",
                                    "substance_use",
                                    "incidents",
                                    "grievances",
                                    "coverage",
                                ],
                            ),
                            ("topic__isnull", True),
                            _connector="OR",
                        ),
                        name="inquiry_topic_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FunctionalImpairment",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "activity",
                    models.CharField(
                        choices=[
                            ("employment_education", "employment education"),
                            ("finances", "finances"),
                            ("public_supports", "public supports"),
                            ("abstinence_skills", "abstinence skills"),
                            ("coping_skills", "coping skills"),
                            ("other", "other"),
                        ],
                        help_text="Which activity.",
                        max_length=60,
                        verbose_name="activity",
                    ),
                ),
                (
                    "limits_activity",
                    models.BooleanField(
                        blank=True,
                        help_text="An impairment interferes with or limits it.",
                        null=True,
                        verbose_name="limits activity",
                    ),
                ),
                (
                    "substance_related",
                    models.BooleanField(
                        blank=True,
                        help_text="The impairment is related to substance use.",
                        null=True,
                        verbose_name="substance related",
                    ),
                ),
                ("observed_on", models.DateField(help_text="The day of the finding.", verbose_name="observed on")),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "functional_impairment_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="Whose.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "observed_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="observed_by",
                        help_text="Who found it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="observed by",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "observed_on"], name="functional_impairment_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "activity__in",
                                [
                                    "employment_education",
                                    "finances",
                                    "public_supports",
                                    "abstinence_skills",
                                    "coping_skills",
                                    "other",
                                ],
                            ),
                            ("activity__isnull", True),
                            _connector="OR",
                        ),
                        name="functional_impairment_activity_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "code",
                    models.CharField(help_text="The code, for example F11.20.", max_length=500, verbose_name="code"),
                ),
                (
                    "code_system",
                    models.CharField(
                        blank=True,
                        choices=[("icd10cm", "icd10cm"), ("icd9cm", "icd9cm"), ("snomed", "snomed")],
                        help_text="The code system.",
                        max_length=60,
                        null=True,
                        verbose_name="code system",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("substance_use", "substance use"),
                            ("substance_induced", "substance induced"),
                            ("tobacco", "tobacco"),
                            ("mental", "mental"),
                            ("other", "other"),
                        ],
                        help_text="What sort of condition. Tobacco stands alone because readings differ on it.",
                        max_length=60,
                        verbose_name="category",
                    ),
                ),
                (
                    "manual",
                    models.CharField(
                        blank=True,
                        help_text="The manual and edition used, for example DSM-5-TR.",
                        max_length=500,
                        null=True,
                        verbose_name="manual",
                    ),
                ),
                ("diagnosed_on", models.DateField(help_text="The day it was made.", verbose_name="diagnosed on")),
                (
                    "diagnoser_credential",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("physician", "Physician"),
                            ("psychiatrist", "Psychiatrist"),
                            ("physician_assistant", "Physician assistant"),
                            ("aprn", "Advanced practice registered nurse"),
                            ("psychologist", "Psychologist"),
                            ("provisional_psychologist", "Provisionally licensed psychologist"),
                            ("limhp", "Licensed independent mental health practitioner"),
                            ("lmhp", "Licensed mental health practitioner"),
                            ("plmhp", "Provisionally licensed mental health practitioner"),
                            ("ladc", "Licensed alcohol and drug counselor"),
                            ("pladc", "Provisionally licensed alcohol and drug counselor"),
                            ("registered_nurse", "Registered nurse"),
                            ("peer", "Certified peer support specialist"),
                            ("other", "Other"),
                        ],
                        help_text="The credential of who made it, where that is nobody of our staff.",
                        max_length=60,
                        null=True,
                        verbose_name="diagnoser credential",
                    ),
                ),
                (
                    "resolved_on",
                    models.DateField(
                        blank=True, help_text="The day it was found resolved.", null=True, verbose_name="resolved on"
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "diagnosis_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="Who has it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "diagnosed_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="diagnosed_by",
                        help_text="Who made it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="diagnosed by",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "diagnosed_on"], name="diagnosis_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code_system__in", ["icd10cm", "icd9cm", "snomed"]),
                            ("code_system__isnull", True),
                            _connector="OR",
                        ),
                        name="diagnosis_code_system_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ["substance_use", "substance_induced", "tobacco", "mental", "other"]),
                            ("category__isnull", True),
                            _connector="OR",
                        ),
                        name="diagnosis_category_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("resolved_on__gte", models.F("diagnosed_on")),
                            ("resolved_on__isnull", True),
                            ("diagnosed_on__isnull", True),
                            _connector="OR",
                        ),
                        name="diagnosis_resolved_on_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("physician", "Physician"),
                            ("psychiatrist", "Psychiatrist"),
                            ("physician_assistant", "Physician assistant"),
                            ("aprn", "Advanced practice registered nurse"),
                            ("psychologist", "Psychologist"),
                            ("provisional_psychologist", "Provisionally licensed psychologist"),
                            ("limhp", "Licensed independent mental health practitioner"),
                            ("lmhp", "Licensed mental health practitioner"),
                            ("plmhp", "Provisionally licensed mental health practitioner"),
                            ("ladc", "Licensed alcohol and drug counselor"),
                            ("pladc", "Provisionally licensed alcohol and drug counselor"),
                            ("registered_nurse", "Registered nurse"),
                            ("peer", "Certified peer support specialist"),
                            ("other", "Other"),
                        ],
                        help_text="Which one.",
                        max_length=60,
                        verbose_name="kind",
                    ),
                ),
                ("issued_on", models.DateField(help_text="First day it is valid.", verbose_name="issued on")),
                (
                    "expires_on",
                    models.DateField(
                        blank=True,
                        help_text="Last day it is valid; empty where it has no end.",
                        null=True,
                        verbose_name="expires on",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "credential_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_column="staff_id",
                        help_text="Who holds it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="staff",
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        blank=True,
                        db_column="supervisor_id",
                        help_text="Who supervises, for provisional credentials.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="supervisor",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "issued_on"], name="credential_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on__gte", models.F("issued_on")),
                            ("expires_on__isnull", True),
                            ("issued_on__isnull", True),
                            _connector="OR",
                        ),
                        name="credential_expires_on_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CoordinationContact",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("contacted_on", models.DateField(help_text="The day.", verbose_name="contacted on")),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "coordination_contact_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "care_team_member",
                    models.ForeignKey(
                        db_column="care_team_member_id",
                        help_text="With whom.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.careteammember",
                        verbose_name="care team member",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "by_staff",
                    models.ForeignKey(
                        blank=True,
                        db_column="by_staff_id",
                        help_text="Who made it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="by staff",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "contacted_on"], name="coordination_contact_org")],
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("starts_on", models.DateField(help_text="First day.", verbose_name="starts on")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="Last day; empty while it goes on.", null=True, verbose_name="ends on"
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "team_member_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_column="episode_id",
                        help_text="Whose team.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.episode",
                        verbose_name="episode",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_column="staff_id",
                        help_text="Who.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="staff",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="team_member_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__gte", models.F("starts_on")),
                            ("ends_on__isnull", True),
                            ("starts_on__isnull", True),
                            _connector="OR",
                        ),
                        name="team_member_ends_on_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("recovery_principles", "recovery principles"),
                            ("trauma_informed_care", "trauma informed care"),
                            ("evidence_based_practice", "evidence based practice"),
                            ("other", "other"),
                        ],
                        help_text="What it taught.",
                        max_length=60,
                        verbose_name="topic",
                    ),
                ),
                ("completed_on", models.DateField(help_text="The day it was completed.", verbose_name="completed on")),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "training_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_column="staff_id",
                        help_text="Who completed it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.staff",
                        verbose_name="staff",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "completed_on"], name="training_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                ["recovery_principles", "trauma_informed_care", "evidence_based_practice", "other"],
                            ),
                            ("topic__isnull", True),
                            _connector="OR",
                        ),
                        name="training_topic_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UseEvent",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("occurred_on", models.DateField(help_text="The day.", verbose_name="occurred on")),
                (
                    "substance",
                    models.CharField(
                        blank=True, help_text="What.", max_length=500, null=True, verbose_name="substance"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self_report", "self report"),
                            ("test", "test"),
                            ("claim", "claim"),
                            ("collateral", "collateral"),
                        ],
                        help_text="How it is known.",
                        max_length=60,
                        null=True,
                        verbose_name="source",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "use_event_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_column="person_id",
                        help_text="Whose.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder", "occurred_on"], name="use_event_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source__in", ["self_report", "test", "claim", "collateral"]),
                            ("source__isnull", True),
                            _connector="OR",
                        ),
                        name="use_event_source_listed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "wording_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("table", models.CharField(max_length=40)),
                ("row_id", models.CharField(max_length=64)),
                (
                    "part",
                    models.CharField(
                        help_text="Which words: problem, own_words, objective, note, reason …", max_length=40
                    ),
                ),
                ("person_id", models.CharField(blank=True, max_length=64)),
                ("text", models.TextField(blank=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("table", "row_id", "part"), name="one_wording_a_part")],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=40)),
                ("row_id", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("amended", "Amended"),
                            ("locked", "Locked"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("table", "row_id", "version", "kind"), name="one_change_a_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="DimensionRating",
            fields=[
                ("version", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
                (
                    "dimension",
                    models.BigIntegerField(
                        help_text="The dimension, 1 to 6.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6),
                        ],
                        verbose_name="dimension",
                    ),
                ),
                (
                    "has_problem",
                    models.BooleanField(
                        blank=True,
                        help_text="There is a condition or problem in this dimension.",
                        null=True,
                        verbose_name="has problem",
                    ),
                ),
                (
                    "rating",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Risk rating, 0 (none) to 4 (extreme).",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(4),
                        ],
                        verbose_name="rating",
                    ),
                ),
                (
                    "recorded_on",
                    models.DateField(
                        blank=True,
                        help_text="The day this row was written down; empty: the day it happened.",
                        null=True,
                        verbose_name="recorded on",
                    ),
                ),
                (
                    "dimension_rating_id",
                    models.CharField(
                        default=handrail.app.chart.declared.new_id,
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        db_column="assessment_id",
                        help_text="In which assessment.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="chart.assessment",
                        verbose_name="assessment",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["holder"], name="dimension_rating_org")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dimension__gte", 1)), name="dimension_rating_dimension_least"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dimension__lte", 6)), name="dimension_rating_dimension_most"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rating__gte", 0)), name="dimension_rating_rating_least"
                    ),
                    models.CheckConstraint(condition=models.Q(("rating__lte", 4)), name="dimension_rating_rating_most"),
                ],
            },
        ),
    ]
