"""`handrail backup`, `backup-key`, `restore` and `drill`: the database in one encrypted file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from handrail.cli.asking import refuse
from handrail.cli.opening import opened

_File = Annotated[Path, typer.Argument(help="A file that `handrail backup` wrote")]
_Sum = Annotated[str, typer.Option("--sha256", help="The sum that `handrail backup` printed; the file must have it")]


def backup(
    file: Annotated[Path, typer.Argument(help="A new file")],
    *,
    unencrypted: Annotated[
        bool, typer.Option("--unencrypted", help="Everybody who gets the file can read every record")
    ] = False,
) -> None:
    """Copy the app's database into a file while the app runs: verified, then encrypted with age.

    HANDRAIL_BACKUP_TO names the public key that may read it, or HANDRAIL_BACKUP_PASSPHRASE is a passphrase.
    """
    copies = opened("handrail.app.running.copies")
    try:
        made = copies.backup(file, plain=unencrypted)
    except copies.RefusedError as error:
        raise refuse(str(error)) from None
    how = "encrypted and verified" if made.is_locked else "verified; it is not encrypted"
    _say(f"Written to {file}, {how}: {made.entries} entries in its log.", f"SHA-256 {made.sha256}")


def backup_key(file: Annotated[Path, typer.Argument(help="A new file for the secret key")]) -> None:
    """Make the key to which backups are encrypted: the secret one in a file, the public one printed.

    Keep the secret key elsewhere than the backups and the app. Whoever loses it loses every backup made to it.
    """
    locking = opened("handrail.app.running.locking")
    try:
        public = locking.new_key(file)
    except FileExistsError:
        raise refuse(f"{file} exists and is not overwritten. Give another name.") from None
    except OSError as error:
        raise refuse(f"{file} cannot be written: {error.strerror}.") from None
    _say(f"The secret key is in {file}. Keep it away from this machine.", f"HANDRAIL_BACKUP_TO={public}")


def restore(file: _File, *, sha256: _Sum = "") -> None:
    """Put a backup in the place of the app's database, once it verifies; the one before is kept beside it.

    Stop the app first. An encrypted one needs HANDRAIL_BACKUP_KEY, the file with the secret key, or
    HANDRAIL_BACKUP_PASSPHRASE.
    """
    copies = opened("handrail.app.running.copies")
    number, before = _asked(copies.restore, file, sha256)
    _say(f"Restored from {file}: {number} entries in its log, none changed.")
    if before:
        _say(f"The database before is kept as {before}.")


def drill(file: _File, *, sha256: _Sum = "") -> None:
    """Restore a backup into a passing place, verify it there, and say how long it took; the app may run.

    Do it each time the place of the backups or the key changes, and now and then.
    """
    copies = opened("handrail.app.running.copies")
    number, seconds = _asked(copies.drill, file, sha256)
    _say(f"{file} can be restored: {number} entries in its log, none changed. It took {seconds:.1f} seconds.")


def _asked(act: Any, file: Path, sha256: str) -> Any:
    copies = opened("handrail.app.running.copies")
    home = opened("handrail.app.running.home")
    try:
        return act(file, sha256=sha256)
    except copies.RefusedError as error:
        raise refuse(str(error)) from None
    except home.IsRunningError:
        raise refuse("The app is running on this database. Stop it, then restore.") from None


def _say(*lines: str) -> None:
    for line in lines:
        Console(soft_wrap=True).print(line, highlight=False, markup=False)
