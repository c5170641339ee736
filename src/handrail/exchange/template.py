"""An empty folder of records to fill in: one CSV file a table, and what each column means."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from handrail.exchange.writing import check_free, write_folder
from handrail.findings import Finding, FindingsError
from handrail.records.describe import WRITTEN, as_text
from handrail.records.holding import Records
from handrail.records.schema import codes, tables

_HEAD = """\
A folder of records for Handrail
================================

Each file here is one table, and has only its first line: the names of its columns. Fill in the tables you have and
delete those you do not. Columns that are not marked "Required." may be left out. The files are UTF-8 text separated
by commas; a value that holds a comma or a line break stands in double quotes. Leave a value empty where nothing is
documented: empty never means "no".
"""


def write_template(directory: Path) -> None:
    """This will write an empty CSV file with its header for every table, and README.txt with what each column means.

    All of it appears at once, or nothing does.

    Raises: `FindingsError` (H401, H402) where the folder is not empty or cannot be written.
    """
    target = directory.resolve()
    check_free(target)
    building = target.with_name(f".{target.name}.{secrets.token_hex(4)}.template")
    try:
        write_folder(Records({name: table.empty() for name, table in tables().items()}), building)
        (building / "README.txt").write_text(readme(), encoding="utf-8")
        if target.exists():
            target.rmdir()
        building.rename(target)
    except OSError as error:
        says = f"cannot be written: {error.strerror or error}. Nothing was written."
        mend = "Name a folder that does not exist yet, in a place with room where you may write."
        raise FindingsError([Finding(str(directory), 0, "H402", "output folder", says, mend)]) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def readme() -> str:
    """This will give the text of README.txt: how values are written, the codes, and every table."""
    width = max(map(len, WRITTEN))
    types = "\n".join(
        f"    {kind:<{width}}  {how.says}" + (f", for example {how.example}" if how.example else "")
        for kind, how in WRITTEN.items()
    )
    lists = "\n\n".join(
        f"Codes of type {kind}\n\n" + "\n".join(f"    {code:<24}  {row['name']}" for code, row in codes(kind).items())
        for kind in ("level", "credential")
    )
    return f"{_HEAD}\nHow values are written\n\n{types}\n\n{lists}\n\nThe tables\n\n{as_text()}"
