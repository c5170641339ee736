"""Five measures over an imported extract in pandas, by hand: courses, what surrounds them, weeks and months.

The same rules as the facts of Handrail, in the quickest way that pandas was found to have; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

FAMILIES = ["iop", "recovery_support", "php", "residential", "otp", "basic_outpatient", "detox"]
STAYS = ["residential", "detox"]
GAP, STAY_GAP, WINDOW, LEAST, EARLY, LONG = 30, 3, 90, 2, 30, 90
KEY = ["person_id", "family", "provider"]
DAY = pd.Timedelta(days=1)


def run(folder: Path, out: Path, since: date, as_of: date) -> None:
    """This will count the five measures by program and clinician into a Parquet file."""
    first, last = pd.Timestamp(since), pd.Timestamp(as_of)
    lines = _lines(folder, last)
    given, courses = _courses(lines, last)
    kept = courses[~courses["is_ended"] | (courses["last"] >= first)]
    iop = _told(folder, kept[kept["family"] == "iop"], last)
    counted = [
        *_shares("long_stay", iop[iop["is_ended"]], "days", lambda some: some["days"] > LONG, ["died"]),
        *_shares(
            "early_drop_out",
            iop[iop["is_ended"] | (iop["days"] > EARLY)].assign(clinician=iop["first_clinician"]),
            "days",
            lambda some: (some["days"] <= EARLY) & (some["reason"] != "completed"),
            ["died", "incarcerated"],
        ),
        *_shares("detox_after", _detox(folder, lines, courses, iop, last), "detox", lambda some: some["detox"] > 0, []),
        *_shares("nine_hours", _weeks(given, iop, first), "is_above", lambda some: some["is_above"].eq(True), []),
        *_emergencies(lines, kept, first),
    ]
    pd.concat(counted, ignore_index=True).to_parquet(out)


def _lines(folder: Path, last: pd.Timestamp) -> pd.DataFrame:
    columns = ["person_id", "family", "starts_on", "ends_on", "units", "billing_npi", "rendering_npi", "bill_type",
               "paid_amount", "allowed_amount"]  # fmt: skip
    lines = pd.read_parquet(folder / "oversight" / "service_line.parquet", columns=columns, dtype_backend="pyarrow")
    for name in ("starts_on", "ends_on"):
        lines[name] = pd.to_datetime(lines[name])
    lines = lines[lines["starts_on"] <= last]
    is_void = (
        lines["bill_type"].str.endswith("8").fillna(False)
        | (lines["paid_amount"] < 0).fillna(False)
        | (lines["allowed_amount"] < 0).fillna(False)
    ).astype(bool)
    lines["lines"] = np.where(is_void, -1, 1)
    lines["provider"] = lines["billing_npi"].fillna("")
    for name in ("person_id", "family", "provider", "rendering_npi"):
        lines[name] = lines[name].astype("category")
    lines["last"] = lines["ends_on"].fillna(lines["starts_on"]).clip(upper=last)
    lines["units"] = lines["units"].astype("float64")
    return lines.drop(columns=["bill_type", "paid_amount", "allowed_amount", "billing_npi", "ends_on"])


def _courses(lines: pd.DataFrame, as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The days served with the number of their course, and the courses."""
    some = lines[lines["family"].isin(FAMILIES)]
    some = some.assign(units=some["units"] * some["lines"])
    by = [*KEY, "rendering_npi", "starts_on"]
    given = some.groupby(by, observed=True, dropna=False, sort=False).agg(
        last=("last", "max"), lines=("lines", "sum"), units=("units", "sum")
    )
    given = given[given["lines"] > 0].reset_index()
    given = given.sort_values([*KEY, "starts_on", "rendering_npi"], na_position="first", ignore_index=True)
    groups = given.groupby(KEY, observed=True, sort=False).ngroup()
    before = given.groupby(groups)["last"].cummax().groupby(groups).shift(1)
    most = np.where(given["family"].isin(STAYS), STAY_GAP, GAP)
    is_new = before.isna() | ((given["starts_on"] - before).dt.days > most)
    given["course"] = is_new.cumsum()
    courses = given.groupby("course").agg(
        person_id=("person_id", "first"), family=("family", "first"), program=("provider", "first"),
        started=("starts_on", "min"), last=("last", "max"),
    )  # fmt: skip
    own = np.where(courses["family"].isin(STAYS), STAY_GAP, GAP)
    courses["is_ended"] = (as_of - courses["last"]).dt.days > own
    courses["until"] = courses["last"].where(courses["is_ended"], as_of)
    courses["days"] = (courses["until"] - courses["started"]).dt.days
    return given, courses.join(_clinician(given)).join(_first_clinician(given)).reset_index()


def _clinician(given: pd.DataFrame) -> pd.Series:
    known = given.dropna(subset=["rendering_npi"])
    shares = known.groupby(["course", "rendering_npi"], observed=True)["starts_on"].agg(["size", "max"]).reset_index()
    shares["rendering_npi"] = shares["rendering_npi"].astype(str)
    shares = shares.sort_values(["course", "size", "max", "rendering_npi"], ascending=[True, False, False, True])
    most = shares.drop_duplicates("course")
    return most[most["size"] >= LEAST].set_index("course")["rendering_npi"].rename("clinician")


def _first_clinician(given: pd.DataFrame) -> pd.Series:
    known = given.dropna(subset=["rendering_npi"])
    first_day = known["course"].map(given.groupby("course")["starts_on"].min())
    there = known.loc[known["starts_on"] == first_day, ["course", "rendering_npi"]].astype({"rendering_npi": str})
    first = there.sort_values(["course", "rendering_npi"]).drop_duplicates("course")
    return first.set_index("course")["rendering_npi"].rename("first_clinician")


def _told(folder: Path, iop: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Why each course ended, where the nearest discharge that the payer was told of is near enough."""
    told = pd.read_parquet(folder / "oversight" / "episode.parquet")
    told = told[told["level_of_care"] == "2.1"]
    told["discharge"] = pd.to_datetime(told["discharge_date"])
    told = told[(told["discharge"] <= as_of) & (pd.to_datetime(told["admission_date"]) <= as_of)]
    told["person_id"] = told["person_id"].astype(iop["person_id"].dtype)
    pairs = iop[iop["is_ended"]].merge(told, on="person_id", suffixes=("", "_told"))
    pairs["far"] = (pairs["last"] - pairs["discharge"]).dt.days.abs()
    pairs["other"] = pairs["program"].astype(str) != pairs["program_told"]
    nearest = pairs.sort_values(["course", "far", "other", "episode_id"]).drop_duplicates("course")
    reason = nearest[nearest["far"] <= GAP].set_index("course")["discharge_reason"].rename("reason")
    return iop.join(reason, on="course")


def _detox(
    folder: Path, lines: pd.DataFrame, courses: pd.DataFrame, iop: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Ended courses of people enrolled on both sides, with the detox stays that began in the days after."""
    spans = pd.read_parquet(folder / "coverage.parquet", columns=["person_id", "starts_on", "ends_on"])
    spans = spans[spans["person_id"].isin(iop["person_id"].astype(str))]
    begin = pd.to_datetime(spans["starts_on"])
    end = pd.to_datetime(spans["ends_on"]).fillna(as_of).clip(upper=as_of)
    spans = pd.DataFrame({"person_id": spans["person_id"], "begin": begin, "end": end})
    spans = spans[spans["begin"] <= as_of].sort_values(["person_id", "begin", "end"], ignore_index=True)
    before = spans.groupby("person_id")["end"].cummax().groupby(spans["person_id"]).shift(1)
    spans["stretch"] = (before.isna() | ((spans["begin"] - before).dt.days > 1)).cumsum()
    stretches = spans.groupby("stretch").agg(
        person_id=("person_id", "first"), begin=("begin", "min"), end=("end", "max")
    )
    stretches["begin"] = stretches["begin"].clip(lower=lines["starts_on"].min())
    stretches["person_id"] = stretches["person_id"].astype(iop["person_id"].dtype)
    ended = iop[iop["is_ended"]]
    pairs = ended[["course", "person_id", "started", "last"]].merge(stretches, on="person_id")
    window = WINDOW * DAY
    pairs["before"] = (pairs["begin"] <= pairs["started"] - window) & (pairs["end"] >= pairs["started"] - DAY)
    pairs["after"] = (pairs["begin"] <= pairs["last"] + DAY) & (pairs["end"] >= pairs["last"] + window)
    sides = pairs.groupby("course")[["before", "after"]].any()
    covered = sides.index[sides["before"] & sides["after"]]
    ended = ended[ended["course"].isin(covered)]
    stays = courses.loc[courses["family"] == "detox", ["person_id", "started"]].rename(columns={"started": "began"})
    near = ended[["course", "person_id", "last"]].merge(stays, on="person_id")
    near = near[(near["began"] > near["last"]) & (near["began"] <= near["last"] + window)]
    return ended.assign(detox=ended["course"].map(near["course"].value_counts()).fillna(0))


def _weeks(given: pd.DataFrame, iop: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Every full week of every course, and whether it has nine hours; empty where a line leaves it open."""
    served = given[given["course"].isin(iop["course"])]
    starts = served["starts_on"]
    served = served.assign(week=starts - starts.dt.weekday * DAY)
    days = served.groupby(["course", "week"])["starts_on"].nunique().rename("served_days")
    is_open = (served["last"] > starts) | (served["units"] > 1)
    unclear = [
        (course, monday)
        for course, monday, last in served.loc[is_open, ["course", "week", "last"]].itertuples(index=False)
        for monday in pd.date_range(monday, last, freq="7D")
    ]
    first = iop["started"].clip(lower=since)
    monday = first - first.dt.weekday * DAY
    many = ((iop["last"] - monday).dt.days // 7 + 1).clip(lower=0)
    rows = iop.loc[iop.index.repeat(many), ["course", "person_id", "program", "clinician", "started", "last"]]
    nth = rows.groupby("course").cumcount()
    rows["week"] = monday.loc[rows.index].to_numpy() + nth.to_numpy() * np.timedelta64(7, "D")
    rows = rows[(rows["week"] >= rows["started"]) & (rows["week"] + 6 * DAY <= rows["last"])]
    rows = rows.join(days, on=["course", "week"])
    is_above = rows["served_days"].fillna(0) * 180 >= 540
    at = pd.MultiIndex.from_frame(rows[["course", "week"]])
    is_known = is_above | ~at.isin(unclear) if unclear else pd.Series(True, rows.index)
    return rows.assign(is_above=is_above.astype("boolean").where(is_known))


def _emergencies(lines: pd.DataFrame, kept: pd.DataFrame, since: pd.Timestamp) -> Iterator[pd.DataFrame]:
    """Emergency days in every month of every course, and the days in service."""
    first, until = kept["started"].clip(lower=since).dt.to_period("M"), kept["until"].dt.to_period("M")
    number = first.dt.year * 12 + first.dt.month
    many = until.dt.year * 12 + until.dt.month - number + 1
    rows = kept.loc[kept.index.repeat(many), ["course", "person_id", "program", "clinician", "started", "until"]]
    month = number.loc[rows.index].to_numpy() + rows.groupby("course").cumcount().to_numpy() - 1
    begin = pd.to_datetime({"year": month // 12, "month": month % 12 + 1, "day": np.ones_like(month)})
    rows["month"] = begin.to_numpy()
    final = (begin + pd.offsets.MonthEnd(0)).to_numpy()
    rows["from"] = np.maximum(rows["started"].to_numpy(), rows["month"].to_numpy())
    rows["to"] = np.minimum(rows["until"].to_numpy(), final)
    rows["days"] = (rows["to"] - rows["from"]).dt.days + 1
    visits = lines[lines["family"] == "ed"].groupby(["person_id", "starts_on"], observed=True)["lines"].sum()
    visits = visits[visits > 0].reset_index()
    visits["month"] = visits["starts_on"].dt.to_period("M").dt.to_timestamp()
    rows = rows.reset_index(drop=True)
    pairs = rows.reset_index()[["index", "person_id", "month", "from", "to"]].merge(visits, on=["person_id", "month"])
    pairs = pairs[(pairs["starts_on"] >= pairs["from"]) & (pairs["starts_on"] <= pairs["to"])]
    rows["visits"] = pairs["index"].value_counts().reindex(rows.index).fillna(0)
    for by in ("program", "clinician"):
        some = rows.assign(unit=_unit(rows[by]))
        told = some.groupby("unit", dropna=False).agg(
            counted=("days", "size"), events=("visits", "sum"), exposure=("days", "sum")
        )
        yield _counts("emergency_visits", by, told.assign(excluded=0))


def _shares(name, cases, known, is_yes, excluded) -> Iterator[pd.DataFrame]:  # type: ignore[no-untyped-def]
    """Cases that count, with a yes, and left out, of one measure by program and clinician."""
    is_out = cases["reason"].isin(excluded) if excluded else pd.Series(False, cases.index)
    counts = ~is_out & cases[known].notna()
    cases = cases.assign(counted=counts, events=counts & is_yes(cases), excluded=is_out)
    for by in ("program", "clinician"):
        told = (
            cases.assign(unit=_unit(cases[by])).groupby("unit", dropna=False)[["counted", "events", "excluded"]].sum()
        )
        yield _counts(name, by, told.assign(exposure=0))


def _unit(values: pd.Series) -> pd.Series:
    words = values.astype("object")
    return words.where(words.notna() & (words != ""), None)


def _counts(name: str, by: str, told: pd.DataFrame) -> pd.DataFrame:
    kinds = {"counted": "int64", "events": "float64", "exposure": "float64", "excluded": "int64"}
    told = told[list(kinds)].astype(kinds).reset_index()
    return told.assign(measure=name, by=by, unit=told["unit"].astype("object").where(told["unit"].notna(), None))
