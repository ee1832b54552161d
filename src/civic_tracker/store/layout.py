"""Where everything lies in the folder of a dataset, and which files are its own."""

import re
from pathlib import Path

from civic_tracker.declared.sources import all_sources
from civic_tracker.store import intact

MANIFEST = "dataset.json"
IMPORTS = "imports.jsonl"
RECEIPTS = "receipts.jsonl"
CHANGES = "changes.jsonl"
ACTS = "acts.csv"
LINKS = "links.csv"
KEPT = (IMPORTS, RECEIPTS, CHANGES)
"""What cannot be made again from anything else."""
SHARED = frozenset({*KEPT, ACTS, LINKS})
ATTRIBUTES = ".gitattributes"
PER_SOURCE = (
    *("measures/*.jsonl", "observations/*.csv", "problems/*.jsonl"),
    *("local/texts/*.jsonl", "local/words/*.jsonl"),
)
TEXTS = "local/texts/*.jsonl"
IGNORE = "local/.gitignore"
_OF_A_SOURCE = re.compile(
    r"(?:(?:measures|problems|local/texts|local/words)/[\w-]+\.jsonl|observations/[\w-]+\.csv)", re.ASCII
)


def is_ours(name: str) -> bool:
    """Whether a name, relative to the folder, is of a file that is written into a dataset."""
    return name in SHARED or name in {MANIFEST, ATTRIBUTES, IGNORE} or bool(_OF_A_SOURCE.fullmatch(name))


def source_of(name: str) -> str:
    """The declared source whose records a file holds; empty for any other file."""
    folder, _, file = name.rpartition("/")
    return Path(file).stem if folder and Path(file).stem in all_sources() else ""


def repair_of(folder: Path, name: str) -> str:
    """What to do about a file that is damaged."""
    if name not in KEPT:
        return intact.REBUILD
    return f"{intact.restoring(folder, name)} To take it as it stands: civic-tracker run --accept {name}"


def snapshots(folder: Path) -> Path:
    """Where the documents as received are kept."""
    return folder / "local" / "snapshots"


def files_of_records(folder: Path) -> set[str]:
    """The files of records in the folder."""
    found = {path.relative_to(folder).as_posix() for pattern in PER_SOURCE for path in folder.glob(pattern)}
    return set(filter(is_ours, found))
