"""The page of the screens shows every picture there is, and none that is not."""

from __future__ import annotations

from tests.app.browser import pictures


def test_the_page_is_what_the_command_writes() -> None:
    assert pictures.PAGE.read_text(encoding="utf-8") == pictures.page()


def test_every_picture_is_shown_and_all_are_small() -> None:
    held = {one.stem: one.stat().st_size for one in pictures.PICTURES.glob("*.png")}
    assert set(held) == {shot.name for shot in pictures.SHOTS}
    assert sum(held.values()) < pictures.MOST_BYTES
