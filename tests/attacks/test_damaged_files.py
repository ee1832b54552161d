"""Every tracked file of a dataset, damaged in every way, with and without the documents: whole, or nothing changed.

By default one case in five is tried, so that each file, damage and command has its turn; with
``CIVIC_TRACKER_ATTACK_ROUNDS=all`` each case is.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from civic_tracker.building import pipeline
from civic_tracker.building.relink import renew
from civic_tracker.cli import app
from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.documents.document import Document
from civic_tracker.errors import DatasetError, UsageError
from civic_tracker.model.changes import Change
from civic_tracker.publish.report import compose
from civic_tracker.refreshing.refresh import refresh
from civic_tracker.store import dataset as store
from tests.refreshing.test_refresh import Publisher
from tests.support.pages import entry, page

FIRST, DAY = date(2026, 11, 2), date(2026, 11, 9)
ADDRESS = "https://www.icnl.org/covid19tracker/"
KENYA = {"country": "KEN"}
GEORGIA = entry(
    7,
    country="Georgia",
    title="Ordinance No. 181: deadlines for releasing public information suspended for the state of emergency",
    introduced="Introduced 21 Mar 2020",
    issues="Issue(s): Access to information",
)
BEFORE = [*(entry(number, **KENYA) for number in range(6)), GEORGIA]
# Entry 0 is withdrawn, entry 1 has another title, entry 6 is new.
AFTER = [entry(1, title="Example order 1, as amended", **KENYA), *BEFORE[2:], entry(6, **KENYA)]
FILES = (
    *("dataset.json", "imports.jsonl", "receipts.jsonl", "changes.jsonl", "acts.csv", "links.csv"),
    *("measures/icnl.jsonl", "measures/cld_rti.jsonl", "measures/idea_tracker.jsonl"),
    *("observations/idea_tracker.csv", "problems/icnl.jsonl", ".gitattributes"),
)
DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "byte order mark": lambda content: b"\xef\xbb\xbf" + content,
    "blank line": lambda content: content + b"\n",
    "cut off": lambda content: content[: len(content) * 2 // 3],
    "cut at a line": lambda content: b"".join(content.splitlines(keepends=True)[:-1]),
    "one byte": lambda content: content[: len(content) // 2] + b"7" + content[len(content) // 2 + 1 :],
    "missing": lambda _: None,
    "emptied": lambda _: b"",
}
HARMLESS = {"CRLF", "byte order mark", "blank line"}
KEPT = {"imports.jsonl", "receipts.jsonl", "changes.jsonl"}


@pytest.fixture(scope="module")
def few_sources() -> Iterator[Source]:
    """Few sources, of which one is refreshed from a page of six entries: what is tried is the same, and takes less."""
    icnl = all_sources()["icnl"]
    assert icnl.refresh
    assert icnl.health
    small = {"least_entries": 3, "least_countries": 1}
    refreshed = icnl.refresh.model_copy(update=small | {"address": ADDRESS, "greatest_drop": 0.5, "most_unknown": 1.0})
    declared = icnl.model_copy(update={"refresh": refreshed, "health": icnl.health.model_copy(update=small)})
    former = dict(all_sources())
    all_sources().clear()
    all_sources().update({name: former[name] for name in ("cld_rti", "icnl", "idea_tracker", "rti_compiled")})
    all_sources()["icnl"] = declared
    yield declared
    all_sources().clear()
    all_sources().update(former)


def publish(folder: Path, entries: list[str], day: date, source: Source) -> None:
    publisher = Publisher({ADDRESS: lambda: page(entries)})
    _, (told,) = refresh(folder, publisher, sources=[source], day=day)
    assert told.outcome == "taken over", told.reason


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, few_sources: Source) -> Path:
    """A dataset with every kind of file: a page, a line of history, a problem, a pair of records that are linked."""
    folder = tmp_path_factory.mktemp("good") / "data"
    publish(folder, [*BEFORE[1:], entry(9, issues="Issue(s): Gatherings", **KENYA)], FIRST, few_sources)
    publish(folder, [*BEFORE, entry(9, issues="Issue(s): Gatherings", **KENYA)], FIRST, few_sources)
    renew(folder)
    assert {name for name in FILES if not (folder / name).is_file()} == set()
    return folder


def tracked(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and "local" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def do_run(folder: Path, _: Source) -> None:
    pipeline.rebuild(folder, day=DAY)
    renew(folder)


def do_refresh(folder: Path, source: Source) -> None:
    publish(folder, AFTER, DAY, source)
    renew(folder)


def do_import(folder: Path, source: Source) -> None:
    result = pipeline.import_documents(folder, source, [Document("page.html", page(AFTER))], retrieved=DAY)
    assert result.imported
    renew(folder)


def do_report(folder: Path, _: Source) -> None:
    dataset = store.load(folder, countries=frozenset({"KEN"}))
    compose.to_markdown(compose.build_report(dataset, "KEN", date(2026, 11, 9)))


COMMANDS = {"run": do_run, "refresh": do_refresh, "import": do_import, "report": do_report}


def history(folder: Path) -> list[Change]:
    # An import is dated by the clock of the day on which the test runs.
    return [one.model_copy(update={"day": DAY}) for one in store.load(folder).changes if one.day > FIRST]


def comparable(folder: Path) -> dict[str, bytes]:
    """The files of records."""
    records = ("measures/", "observations/")
    return {name: content for name, content in tracked(folder).items() if name.startswith(records)}


@pytest.fixture(scope="module")
def unharmed(good: Path, few_sources: Source, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, bool], Path]:
    """By command and by whether the documents are here: what comes of it when nothing is damaged."""
    made = {}
    for command, do in COMMANDS.items():
        for here in (True, False):
            folder = copy_of(good, tmp_path_factory.mktemp("unharmed") / "data", here=here)
            do(folder, few_sources)
            made[command, here] = folder
    return made


def copy_of(good: Path, folder: Path, *, here: bool) -> Path:
    shutil.copytree(good, folder)
    if not here:
        shutil.rmtree(folder / "local")
    return folder


EACH = 1 if os.environ.get("CIVIC_TRACKER_ATTACK_ROUNDS") == "all" else 5
CASES = [
    (file, damage, here, command)
    for file in FILES
    for damage in DAMAGES
    for here in (True, False)
    for command in COMMANDS
][::EACH]


@pytest.mark.parametrize(("file", "damage", "here", "command"), CASES)
def test_a_damaged_file_ends_in_the_whole_result_or_in_a_refusal_that_changes_nothing(
    file: str,
    damage: str,
    here: bool,
    command: str,
    good: Path,
    few_sources: Source,
    unharmed: dict[tuple[str, bool], Path],
    tmp_path: Path,
) -> None:
    folder = copy_of(good, tmp_path / "data", here=here)
    hurt(folder / file, DAMAGES[damage])
    before = tracked(folder)
    refusal = ""
    try:
        COMMANDS[command](folder, few_sources)
    except DatasetError as error:
        refusal = str(error)
    if not refusal:
        whole(folder, unharmed[command, here], command)
        return
    assert tracked(folder) == before, f"refused, and changed: {refusal}"
    assert not must_go_on(file, damage, here=here, command=command), refusal
    refused_clearly(refusal, folder, file)


def hurt(path: Path, damage: Callable[[bytes], bytes | None]) -> None:
    content = damage(path.read_bytes())
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


def must_go_on(file: str, damage: str, *, here: bool, command: str) -> bool:
    """Whether what remains is enough: nothing was lost, or it can be made again and the command writes."""
    if damage in HARMLESS or file == ".gitattributes":
        return True
    return here and file not in KEPT and command != "report"


def refused_clearly(words: str, folder: Path, file: str) -> None:
    assert "\n" not in words
    assert str(folder / file) in words or (file == "dataset.json" and "holds no dataset yet" in words), words
    assert "mport it again" not in words
    assert "checkout" in words or "civic-tracker run" in words, words


def whole(folder: Path, expected: Path, command: str) -> None:
    """Records, history, acts and imports are what they are where nothing was damaged."""
    if command == "report":
        return
    assert comparable(folder) == comparable(expected)
    assert history(folder) == history(expected)
    found, wanted = store.load(folder), store.load(expected)
    assert (found.acts, found.links, found.receipts) == (wanted.acts, wanted.links, wanted.receipts)
    assert found.imports == wanted.imports
    if command in {"refresh", "import"}:
        kinds = [one.kind for one in history(folder)]
        assert kinds.count("withdrawn") >= 1, kinds
        assert kinds.count("appeared") >= 1, kinds


@pytest.mark.usefixtures("few_sources")
def test_what_was_made_again_is_said(good: Path, tmp_path: Path) -> None:
    folder = copy_of(good, tmp_path / "data", here=True)
    (folder / "measures" / "icnl.jsonl").unlink()
    assert pipeline.rebuild(folder, day=DAY).remarks == ["measures/icnl.jsonl is missing, and was made again."]
    (folder / "dataset.json").unlink()
    (said,) = pipeline.rebuild(folder, day=DAY).remarks
    assert said.startswith("dataset.json was missing or damaged, and was made again")


@pytest.mark.usefixtures("few_sources")
def test_a_dataset_of_bundled_facts_alone_is_made_again_without_its_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    pipeline.rebuild(folder, day=DAY)
    before = tracked(folder)
    assert "imports.jsonl" not in before
    (folder / "dataset.json").unlink()
    pipeline.rebuild(folder, day=DAY)
    assert tracked(folder) == before


@pytest.mark.usefixtures("few_sources")
def test_without_manifest_and_imports_nothing_is_taken_back(good: Path, tmp_path: Path) -> None:
    folder = copy_of(good, tmp_path / "data", here=True)
    for name in ("dataset.json", "imports.jsonl"):
        (folder / name).unlink()
    before = tracked(folder)
    with pytest.raises(DatasetError, match=r"imports\.jsonl: is missing, and so is dataset\.json"):
        pipeline.rebuild(folder, day=DAY)
    assert tracked(folder) == before


def test_only_what_nothing_can_make_again_is_accepted_as_it_stands() -> None:
    answer = CliRunner().invoke(app, ["run", "--accept", "acts.csv"])
    assert isinstance(answer.exception, UsageError)
    assert "Give one of: imports.jsonl, receipts.jsonl, changes.jsonl" in str(answer.exception)


@pytest.mark.usefixtures("few_sources")
def test_a_file_that_nothing_can_make_again_can_be_taken_as_it_stands(good: Path, tmp_path: Path) -> None:
    folder = copy_of(good, tmp_path / "data", here=True)
    path = folder / "changes.jsonl"
    path.write_bytes(path.read_bytes() + json.dumps({"day": "2026-11-03", "source": "icnl", "kind": "loaded"}).encode())
    with pytest.raises(DatasetError, match=r"civic-tracker run --accept changes\.jsonl"):
        pipeline.rebuild(folder, day=DAY)
    pipeline.rebuild(folder, day=DAY, accept=frozenset({"changes.jsonl"}))
    assert store.load(folder).changes[-1].day == date(2026, 11, 3)
