"""A small site of made-up records, and how tests read its pages."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from civic_tracker.declared import members
from civic_tracker.model.changes import Change
from civic_tracker.store.contents import Dataset
from tests.support.examples import a_compiled_measure, a_dataset, a_measure, an_event, an_observation

ON = date(2023, 7, 15)
KENYA_HAS = 90
LANGUAGES = ("en", "es", "fr")
FEW = ("AZE", "CHL", "GHA", "ITA", "KEN", "MEX", "MNG", "NOR", "NZL", "TUN")


def few_members(patch: pytest.MonkeyPatch) -> None:
    """As if OGP had few members: what does not depend on how many there are is seen sooner."""
    listed = [one for one in members.members(ON) if one.country in FEW]
    patch.setattr(members, "members", lambda _on: listed)


def a_world() -> Dataset:
    """Kenya with many records, Chile with few, all others with none; China, which is no member, with one."""
    many = [
        a_measure(id=f"icnl-KEN-{number:010}", title=f"Order {number}", liberties=("assembly", "movement"))
        for number in range(KENYA_HAS)
    ]
    few = [
        a_measure(
            id="icnl-CHL-0000000001",
            country="CHL",
            country_as_written="Chile",
            title="Toque de queda «ejemplo»",
            language="es",
            liberties=("movement",),
            ends="2020-06-30",
        ),
        a_compiled_measure(id="rti_compiled-CHL-0000000002", country="CHL", liberties=("information",)),
    ]
    dataset = a_dataset(
        [*many, *few, an_event(), a_measure(id="icnl-CHN-0000000001", country="CHN", title="Elsewhere")],
        [an_observation()],
    )
    dataset.changes = [
        Change(
            day=date(2023, 7, 1),
            source="icnl",
            country="CHL",
            kind="changed",
            id="icnl-CHL-0000000001",
            title="Toque de queda «ejemplo»",
            field="ends",
            before="",
            after="2020-06-30",
        )
    ]
    return dataset


def pages(folder: Path) -> Iterator[tuple[str, BeautifulSoup]]:
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), read(path)


def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")


def links(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    """Every element that leads or loads somewhere, with the address."""
    for tag in soup.find_all(True):
        for name in ("href", "src", "action", "poster", "data", "xlink:href"):
            if name in tag.attrs:
                yield tag, str(tag[name])


def target(folder: Path, page: str, address: str) -> tuple[Path, str]:
    """The file and the anchor that a relative address on a page leads to."""
    parts = urlsplit(address)
    path = (folder / page).parent / unquote(parts.path) if parts.path else folder / page
    return path.resolve(), parts.fragment
