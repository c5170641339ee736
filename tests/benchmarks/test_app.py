"""The app's part of the benchmarks runs, on a few people; nothing is timed against a target."""

from __future__ import annotations

from benchmarks import app


def test_every_page_is_timed_on_both_databases_in_some_queries() -> None:
    said: list[str] = []
    pages = list(app.pages(episodes=12, attendances=40, rounds=1, told=said.append))
    by = {database: {one.page: one for one in pages if one.database == database} for database in app.DATABASES}
    assert len(said) == 2
    assert set(by["SQLite"]) == set(by["PostgreSQL"])
    assert len(by["SQLite"]) == 5
    for page in pages:
        assert page.verdicts > 100
        assert page.queries <= 40
