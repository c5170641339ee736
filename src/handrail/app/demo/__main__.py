"""`python -m handrail.app.demo`: make the demo in the database of the settings, once; `handrail serve --demo` does so."""

from __future__ import annotations

import argparse
import gc
import os

import django


def main() -> int:
    """This will make the demo where there is none; gives 3 where other organizations stand in its way."""
    asked = argparse.ArgumentParser(prog="python -m handrail.app.demo")
    asked.add_argument("--people", type=int, default=180, help="about how many are treated at the larger provider")
    people = asked.parse_args().people
    gc.disable()  # a short life with many rows: a fifth of the time went into looking for garbage
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.app.settings")
    django.setup()
    from handrail.app.accounts.access import today  # noqa: PLC0415
    from handrail.app.accounts.models import Organization  # noqa: PLC0415
    from handrail.app.demo.making import NotEmptyError, make_demo  # noqa: PLC0415

    try:
        make_demo(today(Organization()), people=people, lakeside=max(10, people // 9))
    except NotEmptyError:
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
