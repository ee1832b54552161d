"""The pages about many countries: the opening page, freedoms, sources, the search, changes, downloads, how to read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from civic_tracker.declared import members
from civic_tracker.declared.map_tiles import Tile, tiles_of
from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.folding import plain_key
from civic_tracker.model.changes import Change
from civic_tracker.model.schema import CountrySummary
from civic_tracker.publish import columns
from civic_tracker.publish.atom import atom_feed
from civic_tracker.publish.csv_files import attribution_text, plain_csv
from civic_tracker.publish.site.country import FEED
from civic_tracker.publish.site.facts import LIBERTIES, STATUSES, MemberFacts, cells, mask
from civic_tracker.publish.site.pages import Site, page
from civic_tracker.store.contents import SourceState
from civic_tracker.words.change_words import tell_changes
from civic_tracker.words.languages import Language, language
from civic_tracker.words.report_words import say_span, say_stale

INDEX = "data/records.json"
MOST_CHANGES = 100
_LEVELS = (1, 2, 4)  # from how many sources on a tile has the next shade


@dataclass(frozen=True, slots=True)
class Region:
    """The members of one of OGP's regions, in the order of their names; ``name`` is empty where none was seen."""

    name: str
    title: str
    rows: Sequence[dict[str, Any]]
    place: str = ""


def shared_pages(
    facts: Mapping[str, MemberFacts], states: Mapping[str, SourceState], changes: Sequence[Change], site: Site
) -> dict[str, bytes]:
    """Every page about many countries, by its path in the site."""
    files = {INDEX: search_index(facts)} | _tables(facts, states, site)
    places = {line.id: f"{iso3}/{line.page}" for iso3, own in facts.items() for line in own.lines}
    for code in site.codes:
        say = language(code)
        at = site.place(code)
        files[f"{code}/{FEED}"] = atom_feed(
            changes,
            title=say.gettext("Restrictions of civil liberties on record: all countries"),
            say=say,
            page=f"{at}changes.html",
            address=f"{at}{FEED}",
            page_of={record: f"{at}{place}" for record, place in places.items()}.get,
            most=MOST_CHANGES,
        )
        for path, template, context in _pages(facts, states, changes, site, say):
            files[f"{code}/{path}"] = page(site, say, path, template, context)
    return files


def search_index(facts: Mapping[str, MemberFacts]) -> bytes:
    """Every record as a short list, for the search: codes are numbers, the words stand in the pages."""
    countries, sources = list(facts), list(all_sources())
    records = [
        [
            countries.index(iso3),
            sources.index(line.source),
            mask(line.liberties),
            STATUSES.index(line.status),
            line.when,
            line.title,
            line.language,
            line.page,
        ]
        for iso3, own in facts.items()
        for line in own.lines
    ]
    listed = {"countries": countries, "records": records}
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode()


def _tables(facts: Mapping[str, MemberFacts], states: Mapping[str, SourceState], site: Site) -> dict[str, bytes]:
    """The files to download that are about all members, the same in every language."""
    rows = (columns.overview_row(one.summary) for one in facts.values())
    overview = columns.as_table(rows, columns.overview_columns())
    codebook = columns.as_table(columns.codebook_rows(), columns.CODEBOOK_COLUMNS)
    loaded = [source for source, state in states.items() if state.measures or state.observations]
    return {
        "data/summary.csv": plain_csv(overview),
        "data/codebook.csv": plain_csv(codebook),
        "data/ATTRIBUTION.txt": attribution_text(loaded, site.on).encode(),
    }


def _pages(
    facts: Mapping[str, MemberFacts],
    states: Mapping[str, SourceState],
    changes: Sequence[Change],
    site: Site,
    say: Language,
) -> Iterable[tuple[str, str, dict[str, Any]]]:
    """Path, template and context of each page in a language."""
    sources = list(all_sources())
    regions = _regions(facts, sources, say)
    filters = {
        "liberty_codes": LIBERTIES,
        "status_codes": STATUSES,
        "region_names": [region.name for region in regions],
        "source_codes": [
            one for one in sources if any(one == line.source for own in facts.values() for line in own.lines)
        ],
        "sources": all_sources(),
        "facts": _facts_for_filters(facts, sources, say),
    }
    opening = {"regions": regions, "headline": _headline(facts, site, say)}
    yield "index.html", "opening.html.j2", filters | opening
    yield "records.html", "records.html.j2", filters | {"total": sum(len(own.lines) for own in facts.values())}
    yield from _freedom_pages(facts, regions)
    yield from _source_pages(facts, states, regions, say)
    yield "changes.html", "changes.html.j2", _changes(changes, facts, say)
    yield "downloads.html", "downloads.html.j2", {"regions": regions}
    yield "about.html", "about.html.j2", _meanings(say)


def _regions(facts: Mapping[str, MemberFacts], sources: Sequence[str], say: Language) -> list[Region]:
    """The members by region in OGP's order, and by name within a region."""
    tiles = {tile.iso3: tile for tile in tiles_of(facts)}
    found = []
    for name in (*members.REGIONS, ""):
        own = [one for one in facts.values() if one.summary.region == name]
        if not own:
            continue
        rows = [_row(one, sources, tiles[one.country], say) for one in own]
        rows.sort(key=lambda row: (plain_key(row["name"]), row["iso3"]))
        title = say.word("region", name) if name else say.gettext("No region found")
        found.append(Region(name, title, rows, _place_of_label([tiles[one.country] for one in own])))
    return found


def _place_of_label(tiles: Sequence[Tile]) -> str:
    """The cell above the leftmost of the topmost tiles of a region; above the first row is one for labels."""
    top = min(tile.row for tile in tiles)
    left = min(tile.column for tile in tiles if tile.row == top)
    return f"c{left} r{top - 1}"


def _row(one: MemberFacts, sources: Sequence[str], tile: Tile, say: Language) -> dict[str, Any]:
    summary, with_records = one.summary, one.sources_with_records()
    return {
        "iso3": one.country,
        "name": say.country(one.country),
        "sources": [all_sources()[source].short_name for source in with_records],
        "level": sum(len(with_records) >= least for least in _LEVELS),
        "place": f"c{tile.column} r{tile.row}",
        "records": summary.records,
        "without_end": summary.without_end,
        "ended": sum(line.status in {"ended", "end_date_passed"} for line in one.lines),
        "freedoms": [say.liberty(tally.value) for tally in summary.by_liberty],
        "latest": summary.latest,
        "cells": cells(one, sources),
    }


def _facts_for_filters(facts: Mapping[str, MemberFacts], sources: Sequence[str], say: Language) -> Markup:
    """What the filters need to know, as JSON that can stand in a page: no ``<`` of it can end the element."""
    told = {
        "index": f"../{INDEX}",
        "liberties": LIBERTIES,
        "statuses": STATUSES,
        "statusNames": [say.word("status", one) for one in STATUSES],
        "sources": sources,
        "sourceNames": [all_sources()[one].short_name for one in sources],
        "regions": {iso3: one.summary.region for iso3, one in facts.items()},
        "names": {iso3: say.country(iso3) for iso3 in facts},
        "texts": {
            "countries": say.gettext("Countries shown: {n} of {all}."),
            "records": say.gettext("Records found: {n}."),
            "rest": say.gettext("The first {shown} of {all} are shown. More words or filters find fewer."),
            "loading": say.gettext("Reading the titles of all records …"),
            "failed": say.gettext("The titles could not be read. Is this page on a web server, and are you connected?"),
        },
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _headline(facts: Mapping[str, MemberFacts], site: Site, say: Language) -> list[str]:
    """What is known of all members together, in plain sentences."""
    every = [line for own in facts.values() for line in own.lines]
    names = sorted({all_sources()[line.source].short_name for line in every}, key=str.casefold)
    uncertain = sum(own.summary.membership == "uncertain" for own in facts.values())
    lines = [
        say.ngettext(
            "On {day} the Open Government Partnership has {n} member country.",
            "On {day} the Open Government Partnership has {n} member countries.",
            len(facts) - uncertain,
            day=say.date(site.on),
        )
    ]
    if uncertain:
        lines.append(
            say.ngettext(
                "Whether {n} more country listed here was a member on that day is not certain.",
                "Whether {n} more countries listed here were members on that day is not certain.",
                uncertain,
            )
        )
    announced = [iso3 for iso3, own in facts.items() if own.summary.membership == "withdrawal_announced"]
    if announced:
        names_of = say.join([say.country(iso3) for iso3 in announced])
        lines.append(
            say.gettext("Withdrawal announced, and not seen to be in effect: {countries}.", countries=names_of)
        )
    if not every:
        return [*lines, say.gettext("The loaded sources hold no record about them.")]
    lines.append(
        say.ngettext(
            "{n} record about {countries} of the countries listed, from {sources}.",
            "{n} records about {countries} of the countries listed, from {sources}.",
            len(every),
            countries=say.number(sum(own.has_records for own in facts.values())),
            sources=say.join(names),
        )
    )
    open_ended = sum(own.summary.without_end for own in facts.values())
    lines.append(
        say.ngettext(
            "For {n} measure no end is recorded; that does not say that it is in force.",
            "For {n} measures no end is recorded; that does not say that they are in force.",
            open_ended,
        )
    )
    return lines


def _freedom_pages(
    facts: Mapping[str, MemberFacts], regions: Sequence[Region]
) -> Iterable[tuple[str, str, dict[str, Any]]]:
    overview = []
    for code in LIBERTIES:
        tallies = {
            iso3: tally for iso3, one in facts.items() for tally in one.summary.by_liberty if tally.value == code
        }
        overview.append(
            {
                "code": code,
                "countries": len(tallies),
                "records": sum(tally.records for tally in tallies.values()),
                "without_end": sum(tally.without_end for tally in tallies.values()),
            }
        )
        listed = [
            Region(
                region.name,
                region.title,
                [
                    row | {"tally": tallies[row["iso3"]], "page": facts[row["iso3"]].freedom_pages[code]}
                    for row in region.rows
                    if row["iso3"] in tallies
                ],
            )
            for region in regions
        ]
        context = {
            "code": code,
            "liberty": liberties()[code],
            "rows": [region for region in listed if region.rows],
            "without": [row["name"] for region in regions for row in region.rows if row["iso3"] not in tallies],
        }
        yield f"freedoms/{code}.html", "freedom.html.j2", context
    yield "freedoms/index.html", "freedoms.html.j2", {"rows": overview, "liberties": liberties()}


def _source_pages(
    facts: Mapping[str, MemberFacts], states: Mapping[str, SourceState], regions: Sequence[Region], say: Language
) -> Iterable[tuple[str, str, dict[str, Any]]]:
    overview = []
    for source in all_sources().values():
        state = states.get(source.id)
        said = {iso3: _said(one.summary, source) for iso3, one in facts.items()}
        loaded = _loaded(state, say)
        overview.append(
            {
                "source": source,
                "countries": sum(one.state == "has_entries" for one in said.values()),
                "loaded": loaded,
                "checked": state.retrieved if state else None,
            }
        )
        context = {
            "source": source,
            "loaded": loaded,
            "stale": say_stale(source, state, say),
            "say_span": say_span,
            "rows": [
                Region(region.name, region.title, [row | {"coverage": said[row["iso3"]]} for row in region.rows])
                for region in regions
            ],
        }
        yield f"sources/{source.id}.html", "source.html.j2", context
    yield "sources/index.html", "sources.html.j2", {"rows": overview, "say_span": say_span}


def _said(summary: CountrySummary, source: Source) -> Any:
    return next(one for one in summary.coverage if one.source == source.id)


def _loaded(state: SourceState | None, say: Language) -> str:
    """How much of a source the dataset holds, in words."""
    if not state or not (state.measures or state.observations):
        return say.gettext("Nothing of this source is loaded.")
    return say.gettext("A complete list.") if state.complete else say.gettext("An excerpt.")


def _changes(changes: Sequence[Change], facts: Mapping[str, MemberFacts], say: Language) -> dict[str, Any]:
    """The newest entries of the history by day, and how many earlier ones there are."""
    told = tell_changes(changes, say)
    shown = told[:MOST_CHANGES]
    days = {one.day: [line for line in shown if line.day == one.day] for one in shown}
    return {"days": days, "earlier": len(told) - len(shown), "listed": facts}


def _meanings(say: Language) -> dict[str, Any]:
    return {
        "coverage": [
            (code, say.word("coverage", code)) for code in ("has_entries", "none_recorded", "not_covered", "not_known")
        ],
        "coverage_meaning": {
            "has_entries": say.gettext("The source has at least one record or figure about the country."),
            "none_recorded": say.gettext(
                "Its complete list is loaded and has nothing about the country. That does not mean no restriction."
            ),
            "not_covered": say.gettext("The source does not look at the country."),
            "not_known": say.gettext(
                "Only an excerpt of the source is loaded, or it is not known at which countries it looks."
            ),
        },
    }
