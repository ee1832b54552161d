"""Days that are stored are days of UTC; "today" is the reader's. Nobody in Lima or Auckland is told nonsense."""

import json
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from civic_tracker import clock
from civic_tracker.building import pipeline
from civic_tracker.declared.sources import get_source
from civic_tracker.documents.document import Document
from civic_tracker.errors import UsageError
from civic_tracker.model.changes import Change
from civic_tracker.publish.report import compose
from civic_tracker.refreshing import doctor
from civic_tracker.refreshing.refresh import RunReport, write_report
from civic_tracker.store import dataset as store
from civic_tracker.store import workspace
from tests.support.at_time import run
from tests.support.examples import a_dataset, a_measure
from tests.support.pages import entry, page

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a system whose zone can be set")

# POSIX writes zones with the sign turned: these need no table of zones on the machine.
LIMA, GREENWICH, AUCKLAND = "LIMA+5", "UTC0", "AUCK-13"
EVENING = "2026-11-27T01:30:00+00:00"  # 20:30 on the 26th in Lima, 14:30 on the 27th in Auckland
MORNING = "2026-11-26T20:00:00+00:00"  # 15:00 on the 26th in Lima, 9:00 on the 27th in Auckland


@pytest.fixture(params=[LIMA, GREENWICH, AUCKLAND])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def at(moment: str, monkeypatch: pytest.MonkeyPatch) -> datetime:
    standing = datetime.fromisoformat(moment)
    monkeypatch.setattr(clock, "now", lambda: standing)
    return standing


@pytest.mark.parametrize("moment", [EVENING, MORNING])
def test_what_is_stored_has_the_day_of_utc_and_today_is_the_readers(
    zone: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = at(moment, monkeypatch)
    assert clock.stored_day() == standing.date()
    here = {LIMA: date(2026, 11, 26), GREENWICH: standing.date(), AUCKLAND: date(2026, 11, 27)}
    assert workspace.day(None) == clock.readers_day() == here[zone]


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("moment", [EVENING, MORNING])
def test_a_run_that_just_ended_is_never_not_yet(moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standing = at(moment, monkeypatch)
    store.save(a_dataset([a_measure()]), tmp_path / "data")
    ended = RunReport(started=standing, ended=standing, version="0.1.0", exit_status=0)
    write_report(ended, tmp_path / "runs")
    found = doctor.examine(tmp_path / "data", tmp_path / "runs", today=clock.stored_day())
    assert found.last_run
    assert found.last_run.days_ago == 0
    assert not [one for one in found.findings if "not yet" in one.what]


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("moment", [EVENING, MORNING])
def test_what_changed_just_now_stands_in_the_report_of_today(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at(moment, monkeypatch)
    dataset = a_dataset([a_measure()])
    dataset.changes = [Change(day=clock.stored_day(), source="icnl", country="KEN", kind="appeared", id="x", title="X")]
    made = compose.build_report(dataset, "KEN", workspace.day(None))
    assert [one.title for one in made.found.changes] == ["X"]
    assert compose.build_report(dataset, "KEN", date(2026, 11, 20)).found.changes == []


def test_changes_of_a_later_day_do_not_stand_in_the_report_of_a_past_day(monkeypatch: pytest.MonkeyPatch) -> None:
    at("2026-12-24T12:00:00+00:00", monkeypatch)
    dataset = a_dataset([a_measure()])
    dataset.changes = [Change(day=date(2026, 11, 27), source="icnl", country="KEN", kind="appeared", id="x", title="X")]
    assert compose.build_report(dataset, "KEN", date(2026, 11, 26)).found.changes == []


@pytest.mark.parametrize("moment", [EVENING, MORNING])
def test_a_document_is_stored_under_a_day_that_has_begun_in_utc(
    zone: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = at(moment, monkeypatch)
    today = clock.readers_day()
    assert workspace.day_of_documents(None) == min(today, standing.date())
    assert workspace.day_of_documents(str(today)) == min(today, standing.date())
    assert workspace.day_of_documents("2021-05-02") == date(2021, 5, 2)
    with pytest.raises(UsageError, match="--retrieved 2026-11-28 has not come yet"):
        workspace.day_of_documents("2026-11-28")
    if zone != AUCKLAND and moment == MORNING:
        with pytest.raises(UsageError, match="has not come yet"):
            workspace.day_of_documents("2026-11-27")


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset whose second import was in the evening in Lima, and the report of a run that ended then."""
    home = tmp_path_factory.mktemp("evening")
    moment = datetime.fromisoformat(EVENING)
    with pytest.MonkeyPatch.context() as patch:
        at(EVENING, patch)
        for number in (1, 2):
            content = page([entry(one, country="Kenya") for one in range(number)])
            documents = [Document("page.html", content)]
            pipeline.import_documents(home / "data", get_source("icnl"), documents, retrieved=clock.stored_day())
    write_report(RunReport(started=moment, ended=moment, version="0.1.0", exit_status=0), home / "runs")
    return home


def test_history_is_dated_by_utc(evening: Path) -> None:
    assert {one.day for one in store.read_changes(evening / "data")} == {date(2026, 11, 27)}


def test_in_the_evening_in_lima_the_commands_say_what_is_so(evening: Path) -> None:
    looked = run(EVENING, LIMA, "doctor", "--json", f"--runs={evening / 'runs'}", f"--data-dir={evening / 'data'}")
    assert "not yet" not in looked.stdout
    assert json.loads(looked.stdout)["last_run"]["days_ago"] == 0
    told = json.loads(run(EVENING, LIMA, "report", "Kenya", "--format=json", f"--data-dir={evening / 'data'}").stdout)
    assert "Example order 1" in [one["title"] for one in told["changes"]]


def test_a_day_that_has_not_come_is_refused_by_the_command(evening: Path) -> None:
    arguments = ["import", "icnl", str(evening / "runs" / "latest.json"), f"--data-dir={evening / 'data'}"]
    refused = run(EVENING, AUCKLAND, *arguments, "--retrieved=2026-11-28")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--retrieved 2026-11-28 has not come yet" in refused.stderr
