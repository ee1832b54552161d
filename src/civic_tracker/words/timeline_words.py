"""What a chart of acts over time says, in sentences and in rows."""

from civic_tracker.findings.timeline import Lane, Timeline
from civic_tracker.words.languages import Language


def timeline_heads(timeline: Timeline, say: Language) -> list[str]:
    """The heads of the columns of ``timeline_rows``."""
    units = {"month": say.gettext("Month"), "quarter": say.gettext("Quarter"), "year": say.gettext("Year")}
    return [
        say.pgettext("label", "Freedom"),
        units[timeline.unit],
        say.pgettext("acts", "Introduced"),
        say.pgettext("acts", "Recorded ends"),
        say.pgettext("acts", "Scheduled ends"),
    ]


def timeline_rows(timeline: Timeline, say: Language) -> list[list[str]]:
    """What the chart shows, as plain text: for each lane and each bin that is not empty its three counts."""
    return [
        [lane_name(lane, say), say.period(period), *map(say.number, counts)]
        for lane in timeline.lanes
        for period, *counts in zip(timeline.bins, lane.introduced, lane.ended, lane.scheduled, strict=True)
        if any(counts)
    ]


def timeline_sentences(timeline: Timeline, say: Language) -> list[str]:
    """What the chart cannot show, in words: what is counted, what is left out of it, and what is not known."""
    first = timeline.lanes[0]
    bars = {
        "month": say.gettext("Each bar is a month."),
        "quarter": say.gettext("Each bar is a quarter."),
        "year": say.gettext("Each bar is a year."),
    }
    told = [
        say.ngettext(
            "{n} act, counted once in the first row and once in the row of each freedom it concerns.",
            "{n} acts, each counted once in the first row and once in the row of each freedom it concerns.",
            first.acts,
        )
    ]
    if timeline.bins:
        told.append(bars[timeline.unit])
    if timeline.unnamed:
        told.append(
            say.ngettext(
                "{n} act names no freedom and is in the first row only.",
                "{n} acts name no freedom and are in the first row only.",
                timeline.unnamed,
            )
        )
    if first.undated:
        told.append(
            say.ngettext(
                "For {n} act no date of introduction is recorded: it is not drawn.",
                "For {n} acts no date of introduction is recorded: they are not drawn.",
                first.undated,
            )
        )
    if first.coarse:
        told.append(
            say.ngettext(
                "For {n} act only the year of introduction is known: it is not drawn.",
                "For {n} acts only the year of introduction is known: they are not drawn.",
                first.coarse,
            )
        )
    if first.ends_apart:
        told.append(
            say.ngettext(
                "Of {n} recorded end only the year is known: it is not drawn.",
                "Of {n} recorded ends only the year is known: they are not drawn.",
                first.ends_apart,
            )
        )
    return told + _on_ends(first, say)


def lane_name(lane: Lane, say: Language) -> str:
    return say.liberty(lane.code) if lane.code else say.gettext("All acts")


def _on_ends(lane: Lane, say: Language) -> list[str]:
    told = []
    if lane.open:
        told.append(
            say.ngettext(
                "For {n} act no end is recorded; that does not say that it is in force.",
                "For {n} acts no end is recorded; that does not say that they are in force.",
                lane.open,
            )
        )
    if lane.contradicted:
        told.append(
            say.ngettext(
                "Other evidence says that {n} of them is over.",
                "Other evidence says that {n} of them are over.",
                lane.contradicted,
            )
        )
    if lane.relaxing:
        told.append(
            say.ngettext(
                "{n} further act relaxes a restriction, and none records its end.",
                "{n} further acts relax a restriction, and no end of theirs is recorded.",
                lane.relaxing,
            )
        )
    if lane.unknown:
        told.append(
            say.ngettext(
                "For {n} act the records do not tell whether it ended.",
                "For {n} acts the records do not tell whether they ended.",
                lane.unknown,
            )
        )
    return told
