"""The map of tiles: every member has a square of its own, and people find it where they expect it."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from civic_tracker.declared.map_tiles import COLUMNS, ROWS, Tile, all_tiles, read_tiles, tiles_of
from civic_tracker.declared.members import REGIONS, ever_members, member
from civic_tracker.errors import DeclarationError, UsageError

TILES = all_tiles()


def _region(iso3: str) -> str:
    found = member(iso3, date.max)
    assert found
    return found.region


def _of_region(region: str) -> list[Tile]:
    return [tile for iso3, tile in TILES.items() if _region(iso3) == region]


def test_every_present_and_former_member_has_a_tile_and_nobody_else() -> None:
    assert TILES.keys() == set(ever_members())
    assert len(TILES) == 86


def test_no_two_countries_share_a_cell_and_none_lies_outside() -> None:
    assert len({(tile.column, tile.row) for tile in TILES.values()}) == len(TILES)
    assert all(1 <= tile.column <= COLUMNS and 1 <= tile.row <= ROWS for tile in TILES.values())


@pytest.mark.parametrize(
    "chain",
    [
        ["CAN", "USA", "MEX", "GTM", "PAN", "COL", "PER", "CHL"],
        ["NOR", "DEU", "ITA", "TUN", "NGA", "ZAF"],
        ["FIN", "EST", "LVA", "LTU", "ROU", "BGR", "GRC"],
        ["KEN", "TZA", "ZAF"],
        ["MNG", "KGZ", "AFG", "PAK", "LKA", "IDN", "AUS", "NZL"],
        ["RUS", "UKR", "TUR"],
    ],
)
def test_north_is_above_south(chain: list[str]) -> None:
    assert all(TILES[north].row < TILES[south].row for north, south in pairwise(chain))


@pytest.mark.parametrize(
    "chain",
    [
        ["PRT", "ESP", "ITA", "GRC", "TUR", "ARM", "AZE"],
        ["IRL", "GBR", "NLD", "DEU", "SVK", "UKR"],
        ["MEX", "JAM", "DOM"],
        ["ECU", "PER", "BRA"],
        ["CPV", "SEN", "CIV", "NGA", "KEN", "SYC"],
        ["AFG", "LKA", "IDN", "PNG"],
        ["USA", "GBR", "GEO", "KGZ", "KOR"],
    ],
)
def test_west_is_left_of_east(chain: list[str]) -> None:
    assert all(TILES[west].column < TILES[east].column for west, east in pairwise(chain))


def test_new_zealand_is_south_east_of_indonesia() -> None:
    assert TILES["NZL"].column > TILES["IDN"].column
    assert TILES["NZL"].row > TILES["IDN"].row


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAN", "USA"),
        ("USA", "MEX"),
        ("PRT", "ESP"),
        ("NOR", "SWE"),
        ("ROU", "MDA"),
        ("MDA", "UKR"),
        ("ALB", "GRC"),
        ("GHA", "CIV"),
        ("KEN", "TZA"),
        ("ISR", "JOR"),
        ("ARM", "GEO"),
        ("AFG", "PAK"),
        ("ARG", "URY"),
    ],
)
def test_neighbours_lie_side_by_side(one: str, other: str) -> None:
    assert abs(TILES[one].column - TILES[other].column) + abs(TILES[one].row - TILES[other].row) == 1


def test_the_americas_are_left_and_asia_and_the_pacific_right_of_europe_and_africa() -> None:
    middle = [tile.column for tile in [*_of_region("Europe"), *_of_region("Africa and the Middle East")]]
    assert max(tile.column for tile in _of_region("Americas")) < min(middle) - 1
    assert max(tile.column for tile in _of_region("Europe")) < min(t.column for t in _of_region("Asia-Pacific")) - 1


def test_europe_is_above_africa_and_the_middle_east() -> None:
    assert max(tile.row for tile in _of_region("Europe")) < min(
        tile.row for tile in _of_region("Africa and the Middle East")
    )


def test_tiles_of_different_regions_do_not_touch() -> None:
    placed = [(region, tile) for region in REGIONS for tile in _of_region(region)]
    for region, one in placed:
        touching = [
            other.iso3
            for its, other in placed
            if its != region and abs(one.column - other.column) <= 1 and abs(one.row - other.row) <= 1
        ]
        assert not touching, one.iso3


def test_tiles_are_given_row_by_row_and_once_each() -> None:
    assert [tile.iso3 for tile in tiles_of(["NZL", "PRT", "CAN", "ESP", "PRT"])] == ["CAN", "PRT", "ESP", "NZL"]


def test_a_country_that_never_was_in_ogp_has_no_tile() -> None:
    with pytest.raises(UsageError, match="not for: CHN, IND"):
        tiles_of(["IND", "CAN", "CHN"])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("XYZ,1,1", "line 2: 'XYZ' is not the code of a country"),
        ("CAN,23,1", "line 2: column '23' is not a number from 1 to 22"),
        ("CAN,1,0", "line 2: row '0' is not a number from 1 to 14"),
        ("CAN,1,", "line 2: row '' is not a number"),
        ("CAN,1,1\nUSA,1,1", "line 3: USA lies upon CAN, in column 1 of row 1"),
        ("CAN,1,1\nCAN,1,2", "line 3: CAN has a tile already"),
        ("CAN,1,1", "has no tile for: AFG, ALB"),
    ],
)
def test_a_table_that_breaks_the_rules_is_refused(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "map_tiles.csv"
    path.write_text(f"iso3,column,row\n{line}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=says):
        read_tiles(path)
