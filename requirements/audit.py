"""Ask the advisory service about every locked package: `make audit`. Stops with 1 where one is vulnerable or was not audited.

It does what `pip-audit --strict` does, and says more: every package at once, and apart from that whether the service was
reached at all. Without it nothing is known, which is a failure too, unless AUDIT_OFFLINE=1 says that it is expected.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
UNREACHED = (
    "The advisory service was not reached: nothing is known about the packages of {name}. "
    "Run `make audit` where it can be reached; AUDIT_OFFLINE=1 lets a machine without it go on."
)


def judged(name: str, report: str, error: str) -> tuple[list[str], bool]:
    """Say what is wrong with the packages of one lock file, and whether the service was reached."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return [f"{name}: {error.strip().splitlines()[-1] if error.strip() else 'pip-audit said nothing.'}"], False
    skipped = [one for one in packages if "skip_reason" in one]
    wrong = [f"{one['name']} was not audited: {one['skip_reason']}" for one in skipped]
    wrong += [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in packages
        for flaw in one.get("vulns", ())
    ]
    return wrong, len(skipped) < len(packages)


def audit(name: str, *, may_be_offline: bool) -> int:
    """Audit one lock file and print what was found."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += ["--timeout", "10", "--format", "json", "--requirement", str(HERE / name)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)  # noqa: S603
        wrong, is_reached = judged(name, done.stdout, done.stderr)
    except subprocess.TimeoutExpired:
        wrong, is_reached = ["It did not answer within ten minutes."], False
    if is_reached:
        print("\n".join(wrong) or f"{name}: every package audited, no advisory.")
        return 1 if wrong else 0
    print(UNREACHED.format(name=name), f"({wrong[0]})" if wrong else "")
    return 0 if may_be_offline else 1


if __name__ == "__main__":
    sys.exit(audit("dev.txt", may_be_offline=os.environ.get("AUDIT_OFFLINE") == "1"))
