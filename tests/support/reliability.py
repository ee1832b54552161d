"""The matrix of faults: what can go wrong in a refresh, what comes of it, and that the last good data stay.

    python -m tests.support.reliability            # print the matrix as a table
    python -m tests.support.reliability --write    # and write it into docs/reliability.md

A publisher of our own plays each fault on loopback, and a whole refresh meets it. The test of the matrix compares what
its own run gives with the page, so that nobody can write the table by hand.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from civic_tracker.disk import files
from civic_tracker.errors import CivicTrackerError
from civic_tracker.fetching import Client, Expects
from civic_tracker.refreshing.refresh import refresh
from civic_tracker.store import dataset as store
from civic_tracker.store.layout import MANIFEST, SHARED
from tests.fetching.conftest import BEGAN, LOOPBACK, Waits
from tests.fetching.faults import FAULTS, Fault, resolver
from tests.fetching.publisher import Publisher, answers
from tests.support.pages import A_TAG_RENAMED_IN_A_FEW, UNHEALTHY, WHOLE, entry, page
from tests.support.program import HANGS, held_by_another, source_at, start, without_powers
from tests.support.tables import LATER_FIGURES, WHOLE_TABLE, broken_tables, odd_tables

EARLIER, DAY, LATER = date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9)
NEWER = page([*WHOLE, entry(420)])
DOCS = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- matrix: begin -->", "<!-- matrix: end -->"
_MADE = "<!-- Made by `python -m tests.support.reliability --write`. A test compares it with what its run gives. -->"
_NOWHERE = "http://127.0.0.1:1/tracker"


@dataclass(frozen=True)
class Met:
    """How a refresh met a fault: what was declared, what came of it, and what became of the last good data.

    ``words`` must be in the reason. The data are to stay *intact*, or to be *renewed*: the new document is there whole,
    and nothing of what it holds or of the other sources is lost.
    """

    stage: str
    fault: str
    declared: str
    words: str
    outcome: str
    reason: str
    data: str
    data_declared: str = "intact"

    @property
    def as_declared(self) -> bool:
        told = self.words in self.reason and "\n" not in self.reason
        return told and (self.declared, self.data_declared) == (self.outcome, self.data)


def good_dataset(folder: Path) -> None:
    """A dataset with a complete, healthy page in it, and a complete, healthy table."""
    with Publisher() as publisher:
        publisher.at("/tracker", answers(page(WHOLE)))
        publisher.at("/table", answers(WHOLE_TABLE, media="text/csv"))
        sources = [
            source_at(publisher.address("/tracker")),
            source_at(publisher.address("/table"), "table", "idea_gsod"),
        ]
        _, reports = refresh(folder, Client(LOOPBACK, clock=Waits([]).clock), sources=sources, day=DAY)
    assert [report.outcome for report in reports] == ["taken over", "taken over"], reports


def matrix() -> Iterator[Met]:
    """Every fault, met by a whole refresh of a dataset that is good before."""
    with tempfile.TemporaryDirectory() as name:
        good = Path(name) / "good"
        good_dataset(good)
        for number, (stage, meet) in enumerate(_meetings()):
            folder = Path(name) / f"{stage}-{number}"
            shutil.copytree(good, folder)
            yield meet(folder)
            shutil.rmtree(folder)


Meet = Callable[[Path], Met]


def _meetings() -> Iterator[tuple[str, Meet]]:
    for fault in FAULTS:
        yield "fetching", _in_fetching(fault)
    for title, (content, kind, words) in sorted(UNHEALTHY.items()):
        yield "content", _in_content(title, content, kind, words)
    yield "content", _in_content("a tag renamed in a few entries", A_TAG_RENAMED_IN_A_FEW, "taken over", "", 420)
    for title, (content, kind, words) in sorted(broken_tables().items()):
        yield "content", _in_content(title, content, kind, words, name="idea_gsod", expects="table")
    for title, content in sorted(odd_tables().items()):
        yield (
            "content",
            _in_content(title, content, "taken over", "", LATER_FIGURES, name="idea_gsod", expects="table"),
        )
    yield "clock", _on_an_earlier_day("a day before the last good one", NEWER, "taken over", 421)
    yield "clock", _on_an_earlier_day("a day before the last good one, and nobody answers", None, "unreachable", 420)
    yield "clock", _on_a_clock_that_jumps
    for title, damage in sorted(_STORAGE.items()):
        yield "storage", _in_storage(title, damage)
    for title, limit in sorted(_LIMITS.items() if os.name == "posix" else ()):
        yield "storage", _in_storage_of_a_process(title, *limit)


def records(folder: Path) -> dict[str, bytes]:
    """Every file of the dataset but the manifest, which marks what is stale."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "local" not in path.parts and path.name != MANIFEST
    }


def became(folder: Path, before: dict[str, bytes], name: str, whole: int) -> str:
    """``intact``; ``renewed`` when the source has ``whole`` records now and every other file stayed; else ``lost``."""
    after = records(folder)
    if after == before:
        return "intact"
    try:
        store.recover(folder)  # as the next command that writes does
        state = store.load(folder).states[name]
    except CivicTrackerError:
        return "lost"
    after = records(folder)
    own = {path for path in after if Path(path).stem == name} | SHARED
    others = {path for path in before.keys() | after.keys() if path not in own}
    kept = all(before.get(path) == after.get(path) for path in others)
    withdrawn = any(one.kind == "withdrawn" for one in store.read_changes(folder))
    whole_now = state.measures + state.observations == whole
    return "renewed" if kept and whole_now and not withdrawn else "lost"


def _in_fetching(fault: Fault) -> Meet:
    def meet(folder: Path) -> Met:
        before = records(folder)
        with Publisher() as publisher:
            source = source_at(fault.stage(publisher), fault.expects).model_copy(update={"max_megabytes": 1})
            client = Client(fault.policy, clock=Waits([]).clock, resolver=resolver)
            _, (report,) = refresh(folder, client, sources=[source], day=LATER)
        outcome = report.failure or report.outcome
        data = became(folder, before, "icnl", 420)
        # A source declares one limit for both sizes, so that what unpacks too far meets it at 1 MB and not at 2.
        words = fault.words.replace("2 MB", "1 MB") if "bomb" in fault.name else fault.words
        return Met("fetching", fault.name, fault.kind, words, outcome, report.reason, data)

    return meet


def _in_content(
    title: str,
    content: bytes | None,
    declared: str,
    words: str,
    whole: int = 0,
    *,
    name: str = "icnl",
    expects: Expects = "page",
) -> Meet:
    def meet(folder: Path) -> Met:
        before = records(folder)
        with Publisher() as publisher:
            address = publisher.at("/tracker", answers(content)) if content is not None else _NOWHERE
            client = Client(LOOPBACK, clock=Waits([]).clock)
            _, (report,) = refresh(folder, client, sources=[source_at(address, expects, name)], day=LATER)
        # Where nobody listens, the client says it in words of its own.
        told = words if content is not None else "refused the connection"
        data = became(folder, before, name, whole)
        outcome = report.failure or report.outcome
        return Met("content", title, declared, told, outcome, report.reason, data, "renewed" if whole else "intact")

    return meet


def _on_an_earlier_day(title: str, content: bytes | None, declared: str, whole: int) -> Meet:
    """Documents take effect in the order of their days, so a clock that went back must not make the new one the old."""

    def meet(folder: Path) -> Met:
        before = records(folder)
        with Publisher() as publisher:
            address = publisher.at("/tracker", answers(content)) if content is not None else _NOWHERE
            client = Client(LOOPBACK, clock=Waits([]).clock)
            _, (report,) = refresh(folder, client, sources=[source_at(address)], day=EARLIER)
        words = f"The clock of this machine says {EARLIER}"
        outcome, data = report.failure or report.outcome, became(folder, before, "icnl", whole)
        return Met(
            "clock", title, declared, words, outcome, report.remark, data, "intact" if not content else "renewed"
        )

    return meet


def _on_a_clock_that_jumps(folder: Path) -> Met:
    """The clock on the wall goes back by a day whenever it is looked at, while a publisher must be asked twice."""
    before = records(folder)
    looks: list[int] = []

    def utc_now() -> datetime:
        looks.append(1)
        return BEGAN - timedelta(days=len(looks))

    with Publisher() as publisher:
        address = publisher.at("/tracker", answers(status=503), answers(NEWER))
        client = Client(LOOPBACK, clock=replace(Waits([]).clock, utc_now=utc_now))
        _, (report,) = refresh(folder, client, sources=[source_at(address)], day=LATER)
    assert len(looks) > 1
    data = became(folder, before, "icnl", 421)
    outcome = report.failure or report.outcome
    title = "a clock that goes back while a publisher is asked"
    return Met("clock", title, "taken over", "", outcome, report.reason, data, "renewed")


Damage = Callable[[Path], Callable[[], object]]


def _in_storage(title: str, damage: tuple[Damage, str]) -> Meet:
    """A new, healthy page meets a folder that cannot be written: one clear error, and the records as they were."""
    do, words = damage

    def meet(folder: Path) -> Met:
        before = records(folder)
        undo = do(folder)
        try:
            with Publisher() as publisher:
                client = Client(LOOPBACK, clock=Waits([]).clock)
                address = publisher.at("/tracker", answers(NEWER))
                refresh(folder, client, sources=[source_at(address)], day=LATER)
            outcome, reason = "taken over", ""
        except CivicTrackerError as error:
            outcome, reason = "refused to write", str(error)
        finally:
            undo()
        data = became(folder, before, "icnl", 421)
        return Met("storage", title, "refused to write", words, outcome, reason, data)

    return meet


def _in_storage_of_a_process(title: str, within: str, limit: Callable[[], object], words: str, data: str) -> Meet:
    """The same, met by the program as a process of its own, which the system limits; ``within`` may not be written."""

    def meet(folder: Path) -> Met:
        before = records(folder)
        modes = _made_read_only(folder / within) if limit is without_powers else {}
        with Publisher() as publisher:
            address = publisher.at("/tracker", answers(NEWER))
            runs = folder.parent / f"{folder.name}-runs"
            with start(address, "refresh", "icnl", f"--data-dir={folder}", f"--runs={runs}", before=limit) as run:
                _, said = run.communicate(timeout=HANGS)
        for path, mode in modes.items():
            path.chmod(mode)
        refused = run.returncode == 2 and said.startswith(f"error: {folder}") and said.count("\n") == 1
        outcome = "refused to write" if refused else f"status {run.returncode}"
        became_of = became(folder, before, "icnl", 421)
        return Met("storage", title, "refused to write", words, outcome, said.rstrip("\n"), became_of, data)

    return meet


def _made_read_only(folder: Path) -> dict[Path, int]:
    """Nobody may write there any more; the modes from before, the outermost folder first."""
    paths = [folder, *sorted(folder.rglob("*"))]
    modes = {path: path.stat().st_mode for path in paths}
    for path in reversed(paths):
        path.chmod(modes[path] & ~0o222)
    return modes


def _disk_full(_: Path) -> Callable[[], None]:
    patch = pytest.MonkeyPatch()

    def full(path: Path, _: object) -> None:
        raise OSError(28, f"No space left on device for {path.name}")

    patch.setattr(files, "write_durably", full)
    return patch.undo


def _held(folder: Path) -> Callable[[], None]:
    holding = held_by_another(folder)
    holding.__enter__()

    def release() -> None:
        holding.__exit__(None, None, None)

    return release


def _file_in_the_way(folder: Path) -> Callable[[], None]:
    (folder / ".next").write_bytes(b"in the way")
    return (folder / ".next").unlink


def _damaged_journal(folder: Path) -> Callable[[], None]:
    (folder / ".journal.json").write_bytes(b"{")
    return lambda: (folder / ".journal.json").unlink()


# By name: the damage, and words of the error.
_STORAGE: dict[str, tuple[Damage, str]] = {
    "a disk that is full": (_disk_full, "No space left on device"),
    "a file in the way of the new files": (_file_in_the_way, "cannot be written"),
    "a journal that is damaged": (_damaged_journal, "is damaged. Delete it"),
    "another run that holds the folder": (_held, "is being written by process"),
}


def _files_of_at_most_40_kilobytes() -> None:
    """What the small files fit in and those of the records do not, so that the disk seems to fill in the middle."""
    import resource  # not there on Windows

    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


# By name: the part of the folder that may not be written, the limit of the process, words of the error, and the data.
_LIMITS: dict[str, tuple[str, Callable[[], object], str, str]] = {
    "a disk that fills up in the middle": (
        "",
        _files_of_at_most_40_kilobytes,
        "cannot be written (File too large). Nothing was changed",
        "intact",
    ),
    "a folder that may not be written": ("", without_powers, "cannot be written (Permission denied)", "intact"),
    "a folder of documents that may not be written": (
        "local/snapshots",
        without_powers,
        "cannot be written (Permission denied). Nothing was changed",
        "intact",
    ),
    "a folder of records that may not be written": (
        "measures",
        without_powers,
        "The new files lie ready there: once it can be written, the next command puts them in place",
        "renewed",
    ),
}


def as_table(met: list[Met]) -> str:
    """The matrix as Markdown; *as declared* says of each fault whether outcome, cause and data of this run are so."""
    lines = [_MADE, "", "| stage | fault | outcome | last good data | as declared |", "|---|---|---|---|---|"]
    for one in met:
        data = "**LOST**" if one.data == "lost" else one.data
        verdict = "yes" if one.as_declared else f"**no: {one.declared}, {one.data_declared}, '{one.words}'**"
        lines.append(f"| {one.stage} | {one.fault} | {one.outcome} | {data} | {verdict} |")
    good = sum(one.as_declared for one in met)
    return "\n".join([*lines, "", f"{good} of {len(met)} faults end as declared."])


def on_the_page() -> str:
    """The matrix as docs/reliability.md has it."""
    return DOCS.read_text(encoding="utf-8").partition(f"{BEGIN}\n")[2].partition(f"\n{END}")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    met = list(matrix())
    table = as_table(met)
    print(table)
    if asked.write:
        text = DOCS.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        DOCS.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    sys.exit(not all(one.as_declared for one in met))


if __name__ == "__main__":
    main()
