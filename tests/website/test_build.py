"""The site holds every member, freedom and source in every language; its links lead somewhere; it is built in one step,
and again only as far as something changed."""

import json
import os
import signal
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from civic_tracker.declared import members
from civic_tracker.declared.sources import all_sources
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.errors import DatasetError
from civic_tracker.publish.site import build
from civic_tracker.publish.site.build import MEMORY, Built, build_site
from civic_tracker.store.contents import Dataset
from tests.support.examples import a_measure, make_stale
from tests.website.sites import FEW, KENYA_HAS, LANGUAGES, ON, a_world, few_members, links, pages, read, target


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a few members: its pages are of every kind, and can all be read in seconds."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        few_members(patch)
        build_site(a_world(), folder, ON, workers=2)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of all members."""
    folder = tmp_path_factory.mktemp("whole")
    build_site(a_world(), folder, ON, workers=2)
    return folder


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    few_members(monkeypatch)


def _build(folder: Path, dataset: Dataset | None = None) -> Built:
    """A site in one language, by this process alone."""
    return build_site(dataset or a_world(), folder, ON, codes=("en",), workers=1)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_there_is_a_page_for_each_member_freedom_and_source_in_each_language(whole: Path) -> None:
    wanted = {f"{one.country}/index.html" for one in members.members(ON)}
    wanted |= {f"freedoms/{code}.html" for code in liberties()} | {f"sources/{name}.html" for name in all_sources()}
    wanted |= {"index.html", "records.html", "changes.html", "downloads.html", "about.html"}
    for code in LANGUAGES:
        there = {path.relative_to(whole / code).as_posix() for path in (whole / code).rglob("*.html")}
        assert wanted <= there
        for name in wanted:
            assert f'<html lang="{code}"' in (whole / code / name).read_text(encoding="utf-8")


def test_every_link_within_the_site_leads_to_a_page_and_a_place_that_are_there(site: Path) -> None:
    anchors: dict[Path, set[str]] = defaultdict(set)
    wanted = set()
    for page, soup in pages(site):
        anchors[(site / page).resolve()] = {str(tag["id"]) for tag in soup.find_all(id=True)}
        for tag, address in links(soup):
            if address.startswith(("https://", "http://")):
                assert tag.name == "a", f"{page} loads {address}"
                continue
            wanted.add((page, *target(site, page, address)))
    for page, path, anchor in wanted:
        assert path.is_file(), f"{page} leads to {path.name}, which is not there"
        assert not anchor or anchor in anchors[path], f"{page} leads to {path.name}#{anchor}, which is not there"


def test_no_page_holds_an_id_twice(site: Path) -> None:
    for page, soup in pages(site):
        found = [str(tag["id"]) for tag in soup.find_all(id=True)]
        assert len(found) == len(set(found)), page


def test_the_search_holds_every_record_about_a_member_and_where_it_stands(site: Path) -> None:
    index = json.loads((site / "data" / "records.json").read_bytes())
    about_members = [one for one in a_world().measures if one.country != "CHN"]
    assert len(index["records"]) == len(about_members)
    assert sorted(row[5] for row in index["records"]) == sorted(one.title for one in about_members)
    for country, *_, page in index["records"]:
        path, anchor = target(site, f"en/{index['countries'][country]}/index.html", page)
        row = read(path).find(id=anchor)
        assert row is not None


def test_the_map_and_the_table_say_the_same(whole: Path) -> None:
    soup = read(whole / "en" / "index.html")
    tiles = {str(tag["data-country"]): tag for tag in soup.select("#map [data-country]")}
    rows = {str(tag["data-country"]): tag for tag in soup.select("#members [data-country]")}
    assert list(tiles) == list(rows)
    assert set(tiles) == {one.country for one in members.members(ON)}
    for iso3, tile in tiles.items():
        named = rows[iso3].select("td")[0].get_text()
        number = 0 if named == "no record loaded" else named.count(",") + 1
        assert tile.b is not None
        assert int(tile.b.get_text()) == number
    assert int(tiles["KEN"].b.get_text()) == 2  # type: ignore[union-attr]


def test_the_numbers_of_the_table_are_those_of_the_dataset(site: Path) -> None:
    row = read(site / "en" / "index.html").select_one("#members [data-country=KEN]")
    assert row is not None
    cells = [cell.get_text() for cell in row.select("td")]
    assert cells[1:4] == [str(KENYA_HAS + 1), str(KENYA_HAS), "0"]
    counted = [cell.split(".") for cell in str(row["data-cells"]).split()]
    assert sum(int(number) for *_, number in counted) == KENYA_HAS + 1


def test_regions_are_in_the_order_of_ogp(site: Path) -> None:
    soup = read(site / "en" / "index.html")
    assert [tag.get_text() for tag in soup.select("#members .group th")][:4] == list(members.REGIONS)


def test_a_publishers_words_name_their_language(site: Path) -> None:
    for code in LANGUAGES:
        cell = read(site / code / "CHL" / "index.html").select_one("#icnl-CHL-0000000001 td:nth-of-type(2) span")
        assert cell is not None
        assert cell.get("lang", code) == "es"


def test_a_country_without_records_says_so_and_that_it_says_nothing(site: Path) -> None:
    text = read(site / "en" / "NOR" / "index.html").get_text(" ")
    assert "hold no record about Norway" in text
    assert "No record does not mean no restriction" in text


def test_nothing_is_in_a_page_that_its_policy_forbids(site: Path) -> None:
    for page, soup in pages(site):
        policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        assert policy is not None, page
        assert "unsafe" not in str(policy["content"])
        assert "default-src 'none'" in str(policy["content"])
        assert not soup.find_all(style=True), page
        assert not soup.find_all("style"), page
        for script in soup.find_all("script"):
            assert script.get("src") or script["type"] == "application/json", page
        for tag in soup.find_all(True):
            assert not [name for name in tag.attrs if name.startswith("on")], page


def test_pages_name_their_other_languages_and_every_page_has_one_main_heading(site: Path) -> None:
    for page, soup in pages(site):
        assert len(soup.find_all("h1")) == 1, page
        if page.count("/"):
            code = page.partition("/")[0]
            others = {str(tag["hreflang"]) for tag in soup.select("link[rel=alternate][hreflang]")}
            assert others == set(LANGUAGES) - {code}


@pytest.mark.usefixtures("few")
def test_the_same_dataset_gives_the_same_bytes_with_one_process_or_two(site: Path, tmp_path: Path) -> None:
    build_site(a_world(), tmp_path / "again", ON, workers=1)
    assert _files(tmp_path / "again") == _files(site)


def test_a_country_of_which_it_is_not_certain_is_not_counted_as_a_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2016, 6, 1)
    of_then = members.members(day)
    uncertain = [one for one in of_then if one.state == "uncertain"]
    assert uncertain
    listed = [*uncertain, *(one for one in of_then if one.country in {"KEN", "CHL"})]
    monkeypatch.setattr(members, "members", lambda _on: listed)
    build_site(a_world(), tmp_path, day, codes=("en",), workers=1)
    told = read(tmp_path / "en" / "index.html").select(".headline p")
    assert told[0].get_text() == "On 1 June 2016 the Open Government Partnership has 2 member countries."
    assert told[1].get_text().startswith(f"Whether {len(uncertain)} more ")


def test_who_only_announced_its_withdrawal_is_counted_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2026, 11, 1)
    listed = [one for one in members.members(day) if one.country in {"KEN", "ISR"}]
    monkeypatch.setattr(members, "members", lambda _on: listed)
    build_site(a_world(), tmp_path, day, codes=("en",), workers=1)
    told = [line.get_text() for line in read(tmp_path / "en" / "index.html").select(".headline p")]
    assert told[0] == "On 1 November 2026 the Open Government Partnership has 2 member countries."
    assert told[1] == "Withdrawal announced, and not seen to be in effect: Israel."


@pytest.mark.usefixtures("few")
def test_what_did_not_change_is_not_made_again(tmp_path: Path) -> None:
    first = _build(tmp_path)
    assert len(first.rebuilt) == len(FEW)
    again = _build(tmp_path)
    assert again.rebuilt == ()
    assert again.changed == ()


def _with(dataset: Dataset, country: str) -> Dataset:
    added = a_measure(id=f"icnl-{country}-9999999999", country=country, title="One more order")
    return replace(dataset, measures=[*dataset.measures, added])


@pytest.mark.usefixtures("few")
def test_a_change_in_one_country_makes_its_pages_anew_and_no_others(tmp_path: Path) -> None:
    _build(tmp_path)
    before = _files(tmp_path)
    built = _build(tmp_path, _with(a_world(), "CHL"))
    assert built.rebuilt == ("CHL",)
    changed = {name for name, content in _files(tmp_path).items() if before.get(name) != content} - {MEMORY}
    assert changed == set(built.changed)
    of_countries = {name.split("/")[1] for name in changed if name.count("/") == 2 and name.split("/")[1].isupper()}
    assert of_countries == {"CHL"}
    fresh = tmp_path / "fresh"
    _build(fresh, _with(a_world(), "CHL"))
    assert _files(fresh) == {name: one for name, one in _files(tmp_path).items() if not name.startswith("fresh/")}


@pytest.mark.usefixtures("few")
def test_what_every_page_shows_makes_every_page_anew(tmp_path: Path) -> None:
    _build(tmp_path)
    dataset = a_world()
    make_stale(dataset, "icnl")
    assert len(_build(tmp_path, dataset).rebuilt) == len(FEW)


@pytest.mark.usefixtures("few")
def test_a_page_that_was_damaged_or_deleted_is_made_again(tmp_path: Path) -> None:
    _build(tmp_path)
    whole = _files(tmp_path)
    (tmp_path / "en" / "CHL" / "index.html").write_bytes(b"")
    (tmp_path / "en" / "KEN" / "assembly.html").unlink()
    (tmp_path / "en" / "index.html").unlink()
    assert _build(tmp_path).rebuilt == ("CHL", "KEN")
    assert _files(tmp_path) == whole


@pytest.mark.usefixtures("few")
def test_pages_that_are_no_longer_wanted_go_and_other_files_stay(tmp_path: Path) -> None:
    _build(tmp_path)
    (tmp_path / "CNAME").write_text("example.org")
    build_site(a_world(), tmp_path, ON, codes=("es",), workers=1)
    assert not (tmp_path / "en").exists() or not list((tmp_path / "en").rglob("*.html"))
    assert (tmp_path / "es" / "KEN" / "index.html").is_file()
    assert (tmp_path / "CNAME").read_text() == "example.org"


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(DatasetError, match=r"holds files that are no site of civic-tracker\. Choose another folder"):
        build_site(a_world(), tmp_path, ON)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]
    with pytest.raises(DatasetError, match="is a file, not a folder"):
        build_site(a_world(), tmp_path / "thesis.doc", ON)


@pytest.mark.usefixtures("few")
def test_a_memory_that_cannot_be_read_costs_a_full_build_and_nothing_else(tmp_path: Path) -> None:
    _build(tmp_path)
    whole = _files(tmp_path)
    (tmp_path / MEMORY).write_bytes(b"{")
    assert len(_build(tmp_path).rebuilt) == len(FEW)
    assert _files(tmp_path) == whole


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("name", ["../mine.txt", "/etc/mine.txt", "en/../../mine.txt"])
def test_a_memory_can_have_nothing_removed_that_is_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    folder = tmp_path / "site"
    _build(folder)
    memory = json.loads((folder / MEMORY).read_bytes())
    memory["others"].append(name)
    (folder / MEMORY).write_text(json.dumps(memory))
    _build(folder)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert name not in json.loads((folder / MEMORY).read_bytes())["others"]


def _killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="a process that is not forked makes real pages")
def test_a_process_that_is_killed_is_one_clear_error_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_members(monkeypatch)
    monkeypatch.setattr(build, "country_pages", _killed)
    with pytest.raises(DatasetError, match="a process that makes pages was ended from outside"):
        build_site(a_world(), tmp_path / "site", ON, workers=2)
    assert not (tmp_path / "site").exists()
