"""The CTN-0094 example: on a few invented people everywhere, on the real data where they lie beside this checkout."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from examples.ctn0094.importing import TABLES, import_ctn0094

from handrail.findings import FindingsError

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "ctn0094"
PAGE = (ROOT / "examples" / "ctn0094" / "README.md").read_text(encoding="utf-8")

INVENTED = {
    "everybody": "who,project\n1,27\n2,51\n3,27\n4,27\n",
    "site_masked": "who,site_masked\n1,7\n2,8\n3,7\n4,7\n",
    "demographics": "who,age,is_male,job,is_living_stable\n1,43.0,Yes,Full Time,Yes\n2,30.0,No,,No\n3,,,,\n4,,,,\n",
    "asi": "who,used_iv\n1,No\n2,Yes\n",
    "meta_study_length": "project,treatment,phase,stage,weeks,description\n27,Methadone,1,1,24.0,Treatment\n"
    "51,Inpatient NR-NTX,1,1,24.0,Treatment\n27,Methadone,1,2,8.0,Follow-up\n",
    "randomization": "who,treatment,which,when\n1,Methadone,1,3.0\n2,Inpatient NR-NTX,1,1.0\n4,Methadone,1,2.0\n",
    "treatment": "who,amount,when\n1,4.0,3.0\n1,4.0,12.0\n2,380.0,2.0\n2,380.0,30.0\n",
    "tlfb": "who,what,when\n1,Heroin,-3.0\n1,Opioid,-3.0\n1,THC,-2.0\n1,Heroin,8.0\n1,Methadone,9.0\n2,Heroin,1.0\n",
    "uds": "who,what,when\n1,Opioid,7.0\n",
    "visit": "who,visit,what,when\n1,WK0,visit,0.0\n1,WK1,visit,7.0\n1,WK2,visit,14.0\n1,WK3,MISSING,\n2,WK0,visit,1.0\n",
    "detox": "who,what,when\n2,admission,-6.0\n2,discharge,\n",
    "rbs": "who,what,did_use,days\n1,heroin,Yes,20.0\n2,heroin,No,0.0\n3,heroin,Yes,30.0\n3,cocaine,No,0.0\n",
}


def read(out: Path, name: str) -> list[dict[str, object]]:
    return pq.read_table(out / f"{name}.parquet").to_pylist()


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ctn")
    (folder / "in").mkdir()
    for name, content in INVENTED.items():
        (folder / "in" / f"{name}.csv.gz").write_bytes(gzip.compress(content.encode()))
    import_ctn0094(folder / "in", folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not DATA.is_dir():
        pytest.skip("the trials' data are not beside this checkout (../shared/data/ctn0094)")
    out = tmp_path_factory.mktemp("ctn") / "out"
    import_ctn0094(DATA, out)
    return out


def test_days_in_treatment_run_from_the_first_dose_to_the_last(invented):
    told = {
        row["person_id"]: (row["days_in_treatment"], row["left_early"]) for row in read(invented, "treatment_phase")
    }
    assert told == {1: (10, True), 2: (56, True), 4: (None, None)}
    assert {row["planned_days"] for row in read(invented, "treatment_phase")} == {168}


def test_weeks_in_which_nobody_asked_are_unknown_and_not_without_use(invented):
    weeks = {(row["person_id"], row["week"]): row for row in read(invented, "use_week")}
    assert [weeks[1, at]["opioid_days"] for at in (-2, -1, 0, 1, 2)] == [0, 1, 0, 1, None]
    assert weeks[1, -1]["any_days"] == 2
    assert weeks[2, -1]["opioid_days"] == 0
    assert weeks[2, -1]["any_days"] is None
    assert weeks[3, -1]["opioid_days"] is None
    assert weeks[1, 1]["opioid_positive_tests"] == 1
    assert weeks[1, 3]["opioid_positive_tests"] is None


def test_a_detox_without_an_end_has_none(invented):
    assert read(invented, "controlled_stay") == [{"person_id": 2, "admitted_day": -6, "discharged_day": None}]


def test_files_that_are_missing_are_told_all_at_once_and_nothing_is_written(tmp_path):
    with pytest.raises(FindingsError) as caught:
        import_ctn0094(tmp_path, tmp_path / "out")
    assert len(caught.value.findings) == 12
    assert not (tmp_path / "out").exists()


def test_the_page_lists_every_table_and_column(invented):
    listed = {
        name: re.findall(r"`(\w+)`", columns)
        for name, columns in re.findall(r"^\| `(\w+)` \|.*?\| (.*) \|$", PAGE, re.M)
    }
    assert listed == {name: pq.read_schema(invented / f"{name}.parquet").names for name in TABLES}


def test_every_person_and_site_of_the_trials_is_read(real):
    people = read(real, "participant")
    assert len(people) == len({row["person_id"] for row in people}) == 3_560
    assert len({row["site"] for row in people}) == 32
    assert {trial: sum(row["trial"] == trial for row in people) for trial in (27, 30, 51)} == {
        27: 1_920,
        30: 868,
        51: 772,
    }


def test_every_phase_that_was_assigned_in_the_trials_is_read_once(real):
    phases = read(real, "treatment_phase")
    assert len(phases) == len({(row["person_id"], row["phase"]) for row in phases}) == 2_852
    assert all(
        row["days_in_treatment"] is None or 0 < row["days_in_treatment"] <= row["planned_days"] for row in phases
    )


def test_no_week_of_the_trials_has_more_than_seven_days(real):
    weeks = read(real, "use_week")
    assert len(weeks) == len({(row["person_id"], row["week"]) for row in weeks})
    assert all((row["any_days"] or 0) <= 7 and (row["opioid_days"] or 0) <= 7 for row in weeks)
    assert any(row["opioid_days"] is None for row in weeks)
