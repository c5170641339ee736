"""`python -m examples.ctn0094 DIR --out DIR`: the trials' files into five tables, and an answer from them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from examples.ctn0094.importing import import_ctn0094
from examples.ctn0094.reporting import in_short, report
from handrail.findings import FindingsError


def main() -> None:
    """This will run the command. Findings are printed, all of them, and the exit code is 2."""
    parser = argparse.ArgumentParser(prog="python -m examples.ctn0094", description=__doc__)
    parser.add_argument("directory", type=Path, help="the folder with the trials' .csv.gz files")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write; it must not exist yet")
    told = parser.parse_args()
    try:
        rows = import_ctn0094(told.directory, told.out)
    except FindingsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    sys.stdout.write("".join(f"{name}: {count:,} rows\n" for name, count in rows.items()) + "\n")
    sys.stdout.write(in_short(report(told.out), told.out))


if __name__ == "__main__":
    main()
