"""The rooms of the package, and the floors they stand on. Which room may import which is in pyproject.toml."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import grimp

import civic_tracker

PACKAGE = Path(civic_tracker.__file__).parent
MOST_ROOMS, MOST_FLOORS = 30, 10
GROUND = {"errors", "text", "folding", "version", "paths", "clock", "limits", "leaving"}


@cache
def _rooms_used() -> dict[str, frozenset[str]]:
    """By room, the other rooms that its modules import; the files of the ground are one room."""
    graph = grimp.build_graph("civic_tracker", exclude_type_checking_imports=True, cache_dir=None)
    used: dict[str, set[str]] = {}
    for module in graph.modules:
        room = _room(module)
        for imported in graph.find_modules_directly_imported_by(module):
            used.setdefault(room, set()).add(_room(imported))
    return {room: frozenset(others - {room, ""}) for room, others in used.items() if room}


def _room(module: str) -> str:
    """The room of a module; nothing for the package's face and its start."""
    name = module.split(".")[1] if "." in module else ""
    return "ground" if name in GROUND else name.removeprefix("__main__")


def _floor(room: str) -> int:
    return 1 + max((_floor(other) for other in _rooms_used().get(room, ())), default=0)


def test_the_tree_shows_the_rooms_and_nothing_else() -> None:
    names = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    files = {name for name in names if name.endswith(".py")}
    assert files == {"__init__.py", "__main__.py", *(f"{name}.py" for name in GROUND)}
    assert len(names) <= MOST_ROOMS


def test_the_rooms_stand_on_few_floors() -> None:
    floors = {room: _floor(room) for room in _rooms_used()}
    assert floors["ground"] == 1
    assert max(floors.values()) <= MOST_FLOORS, floors


def test_the_way_from_documents_to_the_dataset_needs_no_words_for_people() -> None:
    for_people = "{'babel', 'jinja2', 'pandas', 'rich'}"
    code = f"import sys, civic_tracker.building.pipeline; print(*{for_people} & sys.modules.keys())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert ended.stdout == "\n"
