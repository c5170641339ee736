"""What the other areas need to know of the sessions once they are written: who came on which day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Diary:
    """The days on which each episode had treatment, and the minutes of each such day."""

    minutes: dict[str, dict[date, int]] = field(default_factory=lambda: defaultdict(dict))

    def came(self, episode_id: str, day: date, minutes: int) -> None:
        """This will note that the person came on a day, for so many minutes."""
        days = self.minutes[episode_id]
        days[day] = days.get(day, 0) + minutes

    def days(self, episode_id: str) -> list[date]:
        """This will give the days on which the person came, in order."""
        return sorted(self.minutes[episode_id])
