"""Where each OGP member stands in a map of tiles: one equal square a country, roughly where it lies in the world.

On a map of areas Russia hides Europe and the Seychelles cannot be seen; here no country is larger than another. The
places are ``mappings/map_tiles.csv``, made by hand: neighbours near each other, north above south, and empty cells
between the regions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from civic_tracker import paths
from civic_tracker.declared import members
from civic_tracker.declared.tables import read_rows
from civic_tracker.declared.territories import all_territories
from civic_tracker.errors import DeclarationError, UsageError

COLUMNS, ROWS = 22, 14
"""The size of the grid: what fits a printed page across with a code of three letters in each tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of a country; column 1 is the westernmost, row 1 the northernmost."""

    iso3: str
    column: int
    row: int


def tiles_of(iso3s: Iterable[str]) -> list[Tile]:
    """The tiles of these countries, each once, row by row from the north-west.

    Raises:
        UsageError: for a country that never was in OGP, and so has no tile.
    """
    wanted = set(iso3s)
    without = sorted(wanted - all_tiles().keys())
    if without:
        raise UsageError(f"The map has tiles for members of OGP only, not for: {', '.join(without)}.")
    return sorted((all_tiles()[iso3] for iso3 in wanted), key=lambda tile: (tile.row, tile.column))


@cache
def all_tiles() -> dict[str, Tile]:
    """The tile of every country that is or was in OGP.

    Raises:
        DeclarationError: naming the line that breaks the rules, or the members without a tile.
    """
    return read_tiles(paths.mappings_dir() / "map_tiles.csv")


def read_tiles(path: Path) -> dict[str, Tile]:
    """The tiles of a table, by country; raises as ``all_tiles``."""
    columns = frozenset({"iso3", "column", "row"})
    known = {one.iso3 for one in all_territories()}
    tiles: dict[str, Tile] = {}
    taken: dict[tuple[int, int], str] = {}

    def add(cells: dict[str, str]) -> None:
        iso3 = cells["iso3"]
        if iso3 not in known:
            raise ValueError(f"'{iso3}' is not the code of a country")
        if iso3 in tiles:
            raise ValueError(f"{iso3} has a tile already")
        column, row = (_within(cells[name], most, name) for name, most in _SIZES)
        other = taken.setdefault((column, row), iso3)
        if other != iso3:
            raise ValueError(f"{iso3} lies upon {other}, in column {column} of row {row}")
        tiles[iso3] = Tile(iso3, column, row)

    read_rows(path, add, required=columns, allowed=columns)
    missing = [iso3 for iso3 in members.ever_members() if iso3 not in tiles]
    if missing:
        raise DeclarationError(f"{path.name}: has no tile for: {', '.join(missing)}.")
    return tiles


_SIZES = (("column", COLUMNS), ("row", ROWS))


def _within(text: str, most: int, name: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if not 1 <= number <= most:
        raise ValueError(f"{name} '{text}' is not a number from 1 to {most}")
    return number
