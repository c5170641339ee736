"""Locking a backup with age (https://age-encryption.org), so that only who holds the key reads it.

HANDRAIL_BACKUP_TO          public keys (age1…) separated by commas, or the path of a file with one a line
HANDRAIL_BACKUP_PASSPHRASE  a passphrase of at least 16 characters, where there is no key
HANDRAIL_BACKUP_KEY         to read a backup: the path of the file with the secret key (AGE-SECRET-KEY-1…)
"""

from __future__ import annotations

import os
from pathlib import Path

import pyrage
from pyrage import passphrase, x25519

TO, KEY, PASSPHRASE = "HANDRAIL_BACKUP_TO", "HANDRAIL_BACKUP_KEY", "HANDRAIL_BACKUP_PASSPHRASE"
_BEGINNING = b"age-encryption.org/v1"
_SHORTEST = 16


class KeyMissingError(Exception):
    """There is no key, or it does not fit. The sentence says which variable to set."""


def has_lock() -> bool:
    """This will say whether the environment names a key or a passphrase to lock with."""
    return bool(os.environ.get(TO) or os.environ.get(PASSPHRASE))


def is_locked(file: Path) -> bool:
    """This will say whether a file is an age file."""
    with file.open("rb") as held:
        return held.read(len(_BEGINNING)) == _BEGINNING


def lock(source: Path, target: Path) -> None:
    """This will write `target` as `source` locked with the keys, or else the passphrase, of the environment."""
    if os.environ.get(TO):
        with source.open("rb") as plain, target.open("wb") as locked:
            pyrage.encrypt_io(plain, locked, _recipients())
        return
    target.write_bytes(passphrase.encrypt(source.read_bytes(), _passphrase()))


def unlock(source: Path, target: Path) -> None:
    """This will write `target` as `source` is without its lock. Every part of an age file is authenticated.

    Raises `KeyMissingError` where no key of the environment opens it, or it was changed or cut short.
    """
    try:
        if os.environ.get(KEY):
            with source.open("rb") as locked, target.open("wb") as plain:
                pyrage.decrypt_io(locked, plain, _identities())
        elif os.environ.get(PASSPHRASE):
            target.write_bytes(passphrase.decrypt(source.read_bytes(), _passphrase()))
        else:
            raise KeyMissingError(
                f"{source} is encrypted. Set {KEY} to the file with the secret key, or {PASSPHRASE} to the passphrase."
            )
    except (pyrage.DecryptError, OSError):
        raise KeyMissingError(
            f"{source} cannot be decrypted: the key is another, or the file was changed or cut short. "
            f"Check {KEY} or {PASSPHRASE}, and take the file again from where it was kept."
        ) from None


def new_key(file: Path) -> str:
    """This will write a new secret key into a new file that only its owner reads, and give the public key to it."""
    made = x25519.Identity.generate()
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="ascii") as held:
        held.write(f"# public key: {made.to_public()}\n{made}\n")
    return str(made.to_public())


def _recipients() -> list[x25519.Recipient]:
    told = os.environ[TO]
    try:
        lines = told.split(",") if told.startswith("age1") else Path(told).read_text(encoding="utf-8").splitlines()
        found = [x25519.Recipient.from_str(one.strip()) for one in lines if one.strip() and not one.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.RecipientError):
        found = []
    if not found:
        raise KeyMissingError(f"{TO} names no public key. Set it to one (age1…), or to a file with one a line.")
    return found


def _identities() -> list[x25519.Identity]:
    try:
        lines = Path(os.environ[KEY]).read_text(encoding="utf-8").splitlines()
        found = [x25519.Identity.from_str(one.strip()) for one in lines if one.strip() and not one.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        found = []
    if not found:
        raise KeyMissingError(f"{KEY} names no file with a secret key (AGE-SECRET-KEY-1…).")
    return found


def _passphrase() -> str:
    told = os.environ[PASSPHRASE]
    if len(told) < _SHORTEST:
        raise KeyMissingError(f"{PASSPHRASE} is too short. Give at least {_SHORTEST} characters.")
    return told
