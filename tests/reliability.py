"""The matrix of faults: what can go wrong in a refresh, what comes of it, and that the last good data stay.

    python -m tests.reliability            # print the matrix as a table
    python -m tests.reliability --write    # and write it into docs/reliability.md

A publisher of our own plays each fault on loopback, and a whole refresh meets it.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from civic_tracker import dataset as store
from civic_tracker import storage
from civic_tracker.errors import CivicTrackerError
from civic_tracker.fetching import Client
from civic_tracker.refresh import refresh
from civic_tracker.sources import Source, get_source
from tests.fetching.conftest import LOOPBACK, Waits
from tests.fetching.faults import FAULTS, Fault, resolver
from tests.fetching.publisher import Publisher, answers
from tests.pages import UNHEALTHY, WHOLE, page

DAY, LATER = date(2026, 11, 2), date(2026, 11, 9)
DOCS = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- matrix: begin -->", "<!-- matrix: end -->"


@dataclass(frozen=True)
class Met:
    """How a refresh met a fault: what was declared, what came of it, and whether the last good data stayed."""

    stage: str
    fault: str
    declared: str
    outcome: str
    reason: str
    intact: bool

    @property
    def as_declared(self) -> bool:
        return self.declared == self.outcome and self.intact and "\n" not in self.reason


def source_at(address: str, expects: str = "page") -> Source:
    """ICNL's source as it is declared, at an address of the test's."""
    declared = get_source("icnl")
    assert declared.refresh is not None
    moved = declared.refresh.model_copy(update={"address": address, "expects": expects})
    return declared.model_copy(update={"refresh": moved})


def good_dataset(folder: Path) -> None:
    """A dataset with a complete, healthy page in it."""
    with Publisher() as publisher:
        publisher.at("/tracker", answers(page(WHOLE)))
        client = Client(LOOPBACK, clock=Waits([]).clock)
        _, (report,) = refresh(folder, client, sources=[source_at(publisher.address("/tracker"))], day=DAY)
    assert report.outcome == "taken over", report


def matrix() -> Iterator[Met]:
    """Every fault, met by a whole refresh of a dataset that is good before."""
    with tempfile.TemporaryDirectory() as name:
        good = Path(name) / "good"
        good_dataset(good)
        for number, fault in enumerate(FAULTS):
            yield _in_fetching(fault, good, Path(name) / f"fetching-{number}")
        for number, (title, (content, kind, _)) in enumerate(sorted(UNHEALTHY.items())):
            yield _in_content(title, content, kind, good, Path(name) / f"content-{number}")
        for number, (title, damage) in enumerate(sorted(_STORAGE.items())):
            yield _in_storage(title, damage, good, Path(name) / f"storage-{number}")


def records(folder: Path) -> dict[str, bytes]:
    """Every file of the dataset but the manifest, which marks what is stale."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "local" not in path.parts and path.name != store.MANIFEST
    }


def _in_fetching(fault: Fault, good: Path, folder: Path) -> Met:
    shutil.copytree(good, folder)
    before = records(folder)
    with Publisher() as publisher:
        source = source_at(fault.stage(publisher), fault.expects)
        client = Client(fault.policy, clock=Waits([]).clock, resolver=resolver)
        _, (report,) = refresh(folder, client, sources=[source], day=LATER)
    outcome = report.failure or report.outcome
    return Met("fetching", fault.name, fault.kind, outcome, report.reason, records(folder) == before)


def _in_content(name: str, content: bytes | None, kind: str, good: Path, folder: Path) -> Met:
    shutil.copytree(good, folder)
    before = records(folder)
    with Publisher() as publisher:
        if content is None:
            address = "http://127.0.0.1:1/tracker"
        else:
            publisher.at("/tracker", answers(content))
            address = publisher.address("/tracker")
        client = Client(LOOPBACK, clock=Waits([]).clock)
        _, (report,) = refresh(folder, client, sources=[source_at(address)], day=LATER)
    outcome = report.failure or report.outcome
    return Met("content", name, kind, outcome, report.reason, records(folder) == before)


Damage = Callable[[Path], object]


def _in_storage(name: str, damage: Damage, good: Path, folder: Path) -> Met:
    """A new, healthy page meets a folder that cannot be written: one clear error, and the records as they were."""
    shutil.copytree(good, folder)
    before = records(folder)
    undo = damage(folder)
    try:
        with Publisher() as publisher:
            publisher.at("/tracker", answers(page(WHOLE[1:])))
            client = Client(LOOPBACK, clock=Waits([]).clock)
            refresh(folder, client, sources=[source_at(publisher.address("/tracker"))], day=LATER)
        outcome, reason = "taken over", ""
    except CivicTrackerError as error:
        outcome, reason = "refused to write", str(error)
    finally:
        if callable(undo):
            undo()
    return Met("storage", name, "refused to write", outcome, reason, records(folder) == before)


def _disk_full(_: Path) -> Callable[[], None]:
    patch = pytest.MonkeyPatch()

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, f"No space left on device for {len(content)} bytes of {path.name}")

    patch.setattr(storage, "_write_durably", full)
    return patch.undo


def _held(folder: Path) -> Callable[[], None]:
    holding = storage.locked(folder)
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


_STORAGE: dict[str, Damage] = {
    "a disk that is full": _disk_full,
    "a file in the way of the new files": _file_in_the_way,
    "a journal that is damaged": _damaged_journal,
    "another run that holds the folder": _held,
}


def as_table(met: list[Met]) -> str:
    """The matrix as Markdown."""
    lines = ["| stage | fault | outcome | last good data | as declared |", "|---|---|---|---|---|"]
    for one in met:
        intact = "intact" if one.intact else "**LOST**"
        verdict = "yes" if one.as_declared else f"**no, {one.declared}**"
        lines.append(f"| {one.stage} | {one.fault} | {one.outcome} | {intact} | {verdict} |")
    good = sum(one.as_declared for one in met)
    return "\n".join([*lines, "", f"{good} of {len(met)} faults end as declared."])


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
