"""Spark starts quietly and leaves nothing behind; where it cannot, one sentence says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
ASKED = ("test", "us-nc/intensive-recovery-support", "--subject", "recovery_contact", "--engine", "spark")


def handrail(folder: Path, *arguments: str, start: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Runs the command in a folder and with a folder for temporary files, both of which it should leave empty."""
    (folder / "here").mkdir()
    (folder / "scratch").mkdir()
    environment = os.environ | {"TMPDIR": str(folder / "scratch"), "JDK_JAVA_OPTIONS": QUICK} | more
    call = f"{start}import sys; from handrail.cli.main import main; sys.argv[0] = 'handrail'; main()"
    command = [sys.executable, "-W", "error", "-c", call, *arguments]
    return subprocess.run(
        command, cwd=folder / "here", env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_spark_says_nothing_and_writes_nothing_of_its_own(tmp_path: Path) -> None:
    done = handrail(tmp_path, *ASKED)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "came out as expected" in done.stdout
    assert not list((tmp_path / "here").iterdir())
    assert [file for file in (tmp_path / "scratch").iterdir() if file.name.startswith("handrail")] == []


def test_without_java_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    done = handrail(tmp_path, *ASKED, PATH=str(tmp_path), JAVA_HOME="")
    assert done.returncode == 2
    assert "Spark needs a Java 17 runtime" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_java_home_without_java_is_named(tmp_path: Path) -> None:
    done = handrail(tmp_path, *ASKED, JAVA_HOME=str(tmp_path))
    assert done.returncode == 2
    assert f"JAVA_HOME ({tmp_path})" in done.stderr


def test_a_java_that_is_too_old_says_so_in_its_own_words(tmp_path: Path) -> None:
    java = tmp_path / "old" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\necho 'java.lang.UnsupportedClassVersionError: too old' >&2\nexit 1\n")
    java.chmod(0o755)
    done = handrail(tmp_path, *ASKED, JAVA_HOME=str(tmp_path / "old"))
    assert done.returncode == 2
    assert done.stderr.startswith("Spark does not start. It says: java.lang.UnsupportedClassVersionError: too old\n")


def test_without_the_extra_one_sentence_says_how_to_install_it(tmp_path: Path) -> None:
    done = handrail(tmp_path, *ASKED, start="import sys; sys.modules['pyspark'] = None; ")
    assert done.returncode == 2
    assert 'pip install "handrail[spark]"' in done.stderr
    assert "Traceback" not in done.stderr
