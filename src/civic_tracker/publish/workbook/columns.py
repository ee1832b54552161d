"""Which columns the sheets of a workbook have.

What people read comes first. A column whose name ends in ``_label`` holds words in the workbook's language; the column
without it holds the code, which is the same in every language.
"""

from collections.abc import Sequence

from civic_tracker.publish import columns
from civic_tracker.words.labels import IN_WORDS

LINKS_SHOWN = 3
_FIRST_OF_MEASURES = (
    *("country_label", "introduced", "title", "place", "language_label", "instrument_label", "instrument_name"),
    *("liberties_label", "effect_label", "status_label", "ends", "ended_on", "stated_by", "evidence_label"),
    *("record_kind_label", "stage_label", "assessment_label", "source_url"),
    *(f"link_{number}" for number in range(1, LINKS_SHOWN + 1)),
    *("title_by_label", "declares_emergency_label", "ogp_membership_label"),
)
_FIRST_OF_OBSERVATIONS = (
    *("country_label", "indicator_label", "liberty_label", "period", "value", "value_as_written", "scale"),
    *("lower", "upper", "stated_by", "evidence_label", "release", "source_url"),
)
ACTS = (
    *("country_label", "introduced", "title", "place", "instrument_label", "liberties_label", "effect_label"),
    *("state_label", "since", "last_confirmed", "records", "sources_label", "stated_by", "differing_days"),
    *("source_url", "link_1", "evidence_label", "act", "country", "instrument", "liberties", "liberties_inferred"),
    *("effect", "effect_basis", "state", "sources", "evidence", "record_ids"),
)
COUNTRY_SUMMARY = (
    *("counted_by_label", "value_label", "records", "figures", "with_end", "without_end", "first", "latest"),
    *("reason", "counted_by", "value"),
)
CHANGES = (
    *("day", "kind_label", "country_label", "title", "field_label", "before", "after", "source_name"),
    *("kind", "field", "country", "source", "id"),
)
CODEBOOK = ("sheet_label", "label", "meaning", "values", "table", "column")


def measure_columns() -> list[str]:
    return [*_FIRST_OF_MEASURES, *(name for name in columns.measure_columns() if name not in _FIRST_OF_MEASURES)]


def observation_columns() -> list[str]:
    rest = [name for name in columns.observation_columns() if name not in _FIRST_OF_OBSERVATIONS]
    return [*_FIRST_OF_OBSERVATIONS, *rest]


def world_summary_columns() -> list[str]:
    """As the table with one row per country of the exports, with words for its codes; the codes come last."""
    codes = ("country", "membership", "region")
    names = [name for name in columns.overview_columns() if name not in (*codes, "name")]
    sources = [name for name in names if name.startswith("source_")]
    counts = [name for name in names if name not in sources]
    return [*_words_of(codes), *counts, *_words_of(sources), *codes, *sources]


def all_columns() -> Sequence[Sequence[str]]:
    """The columns of every kind of sheet."""
    tables: tuple[Sequence[str], ...] = (measure_columns(), observation_columns(), world_summary_columns())
    return (*tables, ACTS, COUNTRY_SUMMARY, CHANGES, CODEBOOK)


def _words_of(names: Sequence[str]) -> list[str]:
    return [f"{name}{IN_WORDS}" for name in names]
