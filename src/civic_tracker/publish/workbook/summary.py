"""The rows of a workbook's summary: what is counted of a country, and what each source says of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from civic_tracker.declared.sources import all_sources
from civic_tracker.model.schema import CountrySummary, Tally
from civic_tracker.publish.workbook.cells import Cell
from civic_tracker.publish.workbook.columns import COUNTRY_SUMMARY
from civic_tracker.publish.workbook.rows import Row, in_words
from civic_tracker.words import labels
from civic_tracker.words.labels import IN_WORDS
from civic_tracker.words.languages import Language
from civic_tracker.words.report_words import say_reason


def summary_rows(summary: CountrySummary, say: Language) -> Iterator[Row]:
    """What is counted in all, by each kind of value, and what each source says."""
    totals: dict[str, int] = {
        "all": summary.records,
        "acts": summary.acts,
        "restricting": summary.restricting,
        "confirmed": summary.confirmed,
        "declares_emergency": summary.emergencies,
        "unclassified": summary.unclassified,
        "undated": summary.undated,
        "spells": summary.spells,
    }
    head: dict[str, Cell] = {"counted_by": "all", "counted_by_label": labels.summary_word("counted by", "all", say)}
    for value, number in totals.items():
        row = head | {"value": value, "value_label": labels.summary_word("total", value, say)}
        row["records"] = number
        if value == "all":
            row |= {name: getattr(summary, name) for name in ("with_end", "without_end", "first", "latest")}
        yield [row.get(name) for name in COUNTRY_SUMMARY]
    tallies: tuple[tuple[str, Sequence[Tally]], ...] = (
        ("liberty", summary.by_liberty),
        ("instrument", summary.by_instrument),
        ("status", summary.by_status),
        ("effect", summary.by_effect),
    )
    for kind, counted in tallies:
        for tally in counted:
            row = {**tally.model_dump(), "first": tally.first, "latest": tally.latest}
            words = say.liberty(tally.value) if kind == "liberty" else say.word(kind, tally.value)
            row |= {
                "counted_by": kind,
                "counted_by_label": labels.summary_word("counted by", kind, say),
                "value_label": words,
            }
            yield [row.get(name) for name in COUNTRY_SUMMARY]
    for one in summary.coverage:
        row = {
            "counted_by": f"source: {one.source}",
            "value": one.state,
            "records": one.records,
            "figures": one.figures,
        }
        source = all_sources()[one.source].short_name
        says = labels.summary_word("counted by", "source", say)
        # Translators: "What each source says", and the name of the source.
        row["counted_by_label"] = say.gettext("{what}: {name}", what=says, name=source)
        row |= {"value_label": say.word("coverage", one.state), "reason": say_reason(one, say)}
        yield [row.get(name) for name in COUNTRY_SUMMARY]


def overview_row(summary: CountrySummary, names: Sequence[str], say: Language) -> Row:
    """The counts of one country in one row."""
    row: dict[str, Cell] = {name: getattr(summary, name, 0) for name in names if not name.endswith(IN_WORDS)}
    counts: dict[str, Any] = {"liberty": summary.by_liberty, "instrument": summary.by_instrument}
    counts["status"] = summary.by_status
    for kind, tallies in counts.items():
        row |= {f"{kind}_{tally.value}": tally.records for tally in tallies}
    for one in summary.coverage:
        name = f"source_{one.source}"
        row |= {name: one.state, f"{name}{IN_WORDS}": say.word("coverage", one.state)}
    row |= in_words({"country": summary.country, "membership": summary.membership, "region": summary.region}, say)
    return [row.get(name) for name in names]
