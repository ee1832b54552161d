"""The tables that explain the codes of the records: countries, liberties, sources and indicators."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import get_args

from civic_tracker import countries
from civic_tracker.building import figures
from civic_tracker.declared import members, vocabulary
from civic_tracker.declared.sources import Licence, Source, all_sources
from civic_tracker.model.schema import Liberty, Member
from civic_tracker.publish.package.columns import Column, Reference, Row, Table, columns_of, value_of
from civic_tracker.store.contents import Dataset, SourceState, Staleness


def countries_table(on: date) -> Table:
    told = columns_of(Member)
    listed = (
        Column("iso3", meaning="ISO 3166-1 alpha-3, XKX for Kosovo.", pattern="^[A-Z]{3}$", required=True),
        Column("iso2", meaning="ISO 3166-1 alpha-2."),
        Column("m49", meaning="Code of the United Nations' M49."),
        Column("name_en", meaning="Name in English.", required=True),
        Column("name_es", meaning="Name in Spanish.", required=True),
        Column("name_fr", meaning="Name in French.", required=True),
        Column("sovereign", meaning="Of a dependency, the alpha-3 code of the state that it belongs to."),
        replace(told["state"], name="ogp_membership"),
        replace(told["region"], name="ogp_region"),
        replace(told["since"], name="ogp_since"),
        Column("status_on", "day", "The day that membership is about.", required=True),
    )

    def rows() -> Iterator[Row]:
        for one in countries.all_territories():
            membership = members.member(one.iso3, on)
            names = (one.iso3, one.iso2, one.m49, one.name_en, one.name_es, one.name_fr, one.sovereign)
            region = membership.region if membership else ""
            since = str(membership.since) if membership and membership.since else None
            yield *(name or None for name in names), members.membership_state(one.iso3, on), region or None, since, on

    return Table(
        "countries", "Countries, with their membership of OGP", listed, rows, ("iso3",), facets=("ogp_region",)
    )


def liberties_table() -> Table:
    names = ("iccpr_article", "name_en", "name_es", "name_fr")
    of_ogp = ("ogp_policy_area", "ogp_challenge_area", "response_policy_ground")
    meanings = {
        "iccpr_article": "Article of the International Covenant on Civil and Political Rights.",
        "name_en": "Name in English.",
        "name_es": "Name in Spanish.",
        "name_fr": "Name in French.",
        "ogp_policy_area": "OGP's policy area, assigned by this project.",
        "ogp_challenge_area": "OGP's challenge area, assigned by this project.",
        "response_policy_ground": "The ground of OGP's Response Policy that concerns it, assigned by this project.",
    }
    listed = (
        Column("code", meaning="The liberty, as in the records.", choices=get_args(Liberty), required=True),
        *(Column(name, meaning=meanings[name], required=True) for name in names),
        *(Column(name, meaning=meanings[name]) for name in of_ogp),
    )

    def rows() -> Iterator[Row]:
        for one in vocabulary.liberties().values():
            yield one.code, *(getattr(one, name) or None for name in (*names, *of_ogp))

    return Table("liberties", "The liberties, and where they stand in the Covenant", listed, rows, ("code",))


def sources_table(dataset: Dataset) -> Table:
    source, licence = columns_of(Source), columns_of(Licence)
    state, stale = columns_of(SourceState), columns_of(Staleness)
    own = (
        *("id", "name", "publisher", "short_name", "holds", "state", "state_basis", "cadence", "language"),
        *("attribution", "addresses", "notes"),
    )
    loaded = ("measures", "observations", "complete", "retrieved")
    listed = (
        *(source[name] for name in own),
        *(replace(column, name=f"licence_{name}") for name, column in licence.items()),
        *(replace(state[name], name=f"loaded_{name}", required=False) for name in loaded),
        replace(stale["since"], name="stale_since", required=False),
        replace(stale["kind"], name="stale_kind", required=False),
    )

    def rows() -> Iterator[Row]:
        for one in all_sources().values():
            found = dataset.states.get(one.id)
            failing = found.stale if found else None
            yield (
                *(value_of(getattr(one, name), source[name]) for name in own),
                *(value_of(getattr(one.licence, name), column) for name, column in licence.items()),
                *(value_of(getattr(found, name, None), state[name]) for name in loaded),
                value_of(failing.since if failing else None, stale["since"]),
                value_of(failing.kind if failing else None, stale["kind"]),
            )

    return Table("sources", "The sources, their licences, and what is loaded of each", listed, rows, ("id",))


def indicators_table(dataset: Dataset) -> Table:
    listed = (
        Column("source", meaning="Id of the source.", required=True),
        Column("indicator", meaning="Our name of the indicator, as in the observations.", required=True),
        Column("columns_as_written", "list", "The columns or labels as published."),
        Column("name_en", meaning="Name in English.", required=True),
        Column("name_es", meaning="Name in Spanish.", required=True),
        Column("name_fr", meaning="Name in French.", required=True),
        Column("scale", meaning="The publisher's scale, e.g. 0-1."),
        Column("liberty", meaning="The liberty concerned, where it is one.", choices=get_args(Liberty)),
    )

    def rows() -> Iterator[Row]:
        for (source, name), (words, written) in sorted(_explained(dataset).items()):
            names = (words.name_en or name, words.name_es or name, words.name_fr or name)
            yield source, name, sorted(written), *names, words.scale or None, words.liberty or None

    return Table(
        "indicators",
        "Published columns of figures, their names and scales",
        listed,
        rows,
        ("source", "indicator"),
        (Reference(("source",), "sources", ("id",)),),
        facets=("source", "liberty"),
    )


def _explained(dataset: Dataset) -> dict[tuple[str, str], tuple[figures.Indicator, set[str]]]:
    """Indicators by source and name with the published columns: those of the tables, and those that occur."""
    columns_seen = {(one.source, one.indicator, one.indicator_as_written): one for one in dataset.observations}
    listed = [(source, column, row) for (source, column), row in figures.indicators().items()]
    found: dict[tuple[str, str], tuple[figures.Indicator, set[str]]] = {}
    for source, column, row in listed:
        if not column.endswith("*") and source in all_sources():
            found.setdefault((source, row.id), (row, set()))[1].add(column)
    for (source, name, column), one in sorted(columns_seen.items()):
        found.setdefault((source, name), (figures.words_for(one), set()))[1].add(column)
    return found
