"""The first organization and its administrator, made on the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from handrail.app.accounts.models import Membership, Organization
from handrail.app.audit.log import faults
from handrail.app.audit.models import Entry
from handrail.app.screens.office import staff

OTHERS = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
"""What a command run in a home of its own is not told."""


@pytest.mark.django_db
def test_the_administrator_signs_in_with_the_one_time_password() -> None:
    made, password = staff.begin(
        Organization(organization_id="valley", name="Valley Example", kind="provider"), {"username": "alma"}
    )
    assert made.roles == ["administrator"]
    page = Client().post("/accounts/login/", {"login": "alma", "password": password})
    assert page.status_code == 302
    assert Entry.objects.filter(act="begin", row_id="valley").exists()
    assert list(faults()) == []


@pytest.mark.django_db
def test_a_name_that_is_taken_leaves_nothing_behind() -> None:
    staff.begin(Organization(organization_id="valley", name="Valley Example", kind="provider"), {"username": "alma"})
    with pytest.raises(ValidationError):
        staff.begin(Organization(organization_id="hill", name="Hill Example", kind="provider"), {"username": "alma"})
    assert not Organization.objects.filter(pk="hill").exists()
    assert Membership.objects.count() == 1


def test_the_command_prints_the_password_once_and_refuses_a_second_time(tmp_path: Path) -> None:
    home = {"HANDRAIL_HOME": str(tmp_path), "HANDRAIL_DEMO": "", "HANDRAIL_HOSTS": "handrail.example"}
    environment = {name: value for name, value in os.environ.items() if name not in OTHERS} | home
    command = [sys.executable, "-m", "handrail.cli", "organization", "Valley Example", "--id", "valley"]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, "--administrator", "alma"], env=environment, capture_output=True, text=True, check=False
        )

    first, second = run(), run()
    assert first.returncode == 0, first.stderr
    assert len(first.stdout.split()[-1].split("-")) == 4
    assert second.returncode == 2
    assert "already exists" in second.stderr
