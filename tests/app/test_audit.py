"""The log's chain holds, and shows where somebody changed it behind the app's back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone
from tests.app.flushing import seal_again, sealed_afterwards, unseal, unsealed_while_flushed

from handrail.app.accounts.walls import everybody
from handrail.app.audit.log import Act, acts_about, faults, note
from handrail.app.audit.models import Entry, Head

__all__ = ["sealed_afterwards", "unsealed_while_flushed"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def log(cast: Any) -> Any:
    """Ten entries, by one and by several at a time; the seal is lifted for who wants to meddle."""
    looking = cast.viewer("counselor")
    for number in range(4):
        note(looking, Act("read", "person", f"row-{number}", f"person-{number}", "overview"))
    note(looking, *acts_about(["a", "b", "c"], "read", "person"))
    note(None, Act("sign in failed"))
    note(looking, Act("amend", "plan", "row", "person", "x" * 500), Act("lock", "plan", "row", "person"))
    assert list(faults()) == []
    unseal("audit_entry")
    return looking


def test_entries_are_numbered_without_a_gap(log: Any) -> None:
    assert list(Entry.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 11))
    assert Head.objects.get().number == 10


def test_an_entry_says_who_where_what_and_about_whom(log: Any) -> None:
    told = Entry.objects.get(number=2)
    assert (told.organization_id, told.user_id, told.membership_id) == ("prairie", log.user_id, log.membership_id)
    assert (told.act, told.table, told.row_id, told.person_id) == ("read", "person", "row-1", "person-1")


def test_a_long_detail_is_cut_and_still_sealed(log: Any) -> None:
    assert len(Entry.objects.get(number=9).detail) == 200
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", timezone.now()),
        ("organization_id", "lakeside"),
        ("user_id", None),
        ("membership_id", 999),
        ("act", "write"),
        ("table", "plan"),
        ("row_id", "row-2"),
        ("person_id", "somebody"),
        ("detail", ""),
        ("before", "0" * 64),
        ("seal", "0" * 64),
    ],
)
def test_a_changed_entry_is_found(log: Any, column: str, value: Any) -> None:
    Entry.objects.filter(number=2).update(**{column: value})
    assert any("Entry 2" in told for told in faults())


@pytest.mark.parametrize(("numbers", "told"), [([1], "1 to 1"), ([4, 5, 6], "4 to 6"), ([10], "10 were written")])
def test_deleted_entries_are_found(log: Any, numbers: list[int], told: str) -> None:
    Entry.objects.filter(number__in=numbers).delete()
    assert any(told in fault for fault in faults())


def test_a_log_that_was_emptied_is_found(log: Any) -> None:
    Entry.objects.all().delete()
    assert list(faults()) == ["The log ends at entry 0, and 10 were written."]


@pytest.mark.parametrize("number", [-1, 0, 11, 20])
def test_an_inserted_entry_is_found(log: Any, number: int) -> None:
    copied = Entry.objects.get(number=10)
    copied.number = number
    copied.save(force_insert=True)
    assert list(faults())


def test_entries_that_changed_places_are_found(log: Any) -> None:
    Entry.objects.filter(number=2).update(number=99)
    Entry.objects.filter(number=3).update(number=2)
    Entry.objects.filter(number=99).update(number=3)
    found = list(faults())
    assert "Entry 2 does not follow the one before it." in found
    assert "Entry 3 does not follow the one before it." in found


def test_a_head_that_was_put_back_is_found(log: Any) -> None:
    told = Entry.objects.get(number=5)
    Head.objects.update(number=5, seal=told.seal)
    assert list(faults()) == ["The log ends at entry 10, and 5 were written."]


def test_a_log_without_its_head_is_found(log: Any) -> None:
    Head.objects.all().delete()
    assert any("head" in told for told in faults())


def test_every_fault_is_told_not_the_first_alone(log: Any) -> None:
    Entry.objects.filter(number__in=(2, 7)).update(detail="changed")
    assert list(faults()) == ["Entry 2 was changed.", "Entry 7 was changed."]


def test_what_is_undone_leaves_no_entry(cast: Any, write: Any) -> None:
    before = Entry.objects.count()
    with pytest.raises(ValidationError):
        write("use_event", person_id="nobody", occurred_on="2026-03-02")
    assert Entry.objects.count() == before
    assert list(faults()) == []


def side_by_side(*works: Callable[[], Any]) -> None:
    """This will do several works at once, each on a connection of its own, and raise what one of them raised."""
    wrong: list[BaseException] = []

    def begin(work: Callable[[], Any]) -> None:
        try:
            work()
        except BaseException as error:
            wrong.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=begin, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if wrong:
        raise wrong[0]


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_keep_one_chain(cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = cast.viewer("counselor")
    if connection.vendor == "sqlite":  # the tests' own database lies in memory, where two may not write at once
        import sqlite3  # noqa: PLC0415

        with sqlite3.connect(tmp_path / "log.sqlite3") as copy:
            connection.connection.backup(copy)
        copy.close()
        monkeypatch.setitem(connections.settings["default"], "NAME", str(tmp_path / "log.sqlite3"))
    seen: dict[str, Any] = {}

    def add(writer: int) -> None:
        for number in range(25):
            note(looking, Act("read", "person", f"{writer}-{number}"), Act("read", "plan", f"{writer}-{number}"))

    def look() -> None:
        with everybody():
            seen["faults"] = list(faults())
            seen["numbers"] = list(Entry.objects.order_by("number").values_list("number", flat=True))
            seen["rows"] = set(Entry.objects.values_list("table", "row_id"))

    side_by_side(lambda: add(1), lambda: add(2), lambda: add(3))
    side_by_side(look)
    assert seen["faults"] == []
    assert seen["numbers"] == list(range(1, 151))
    assert len(seen["rows"]) == 150


@pytest.mark.django_db(transaction=True)
def test_the_seals_stand_in_a_database_that_was_emptied(cast: Any) -> None:
    seal_again()
    note(cast.viewer("counselor"), Act("read"))
    with pytest.raises(Exception, match="never changed"):
        Entry.objects.update(act="x")
