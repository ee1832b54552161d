"""How a report is divided: by freedom, and within one by what kind of record it is, those without an end first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from civic_tracker.building.figures import words_for
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.model.schema import Observation, Record
from civic_tracker.model.status import is_confirmed, lacks_end, status, when
from civic_tracker.words.languages import Language


@dataclass(frozen=True, slots=True)
class Group:
    """Records that belong together in the report, with what they have in common."""

    title: str
    explanation: str
    measures: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Section:
    """What the report says about one freedom: measures, and beside them spells and figures as context.

    A measure that concerns several freedoms stands in the section of the first, in the schema's order; the others name
    it in ``also``. ``code`` is empty for what no freedom is known of.
    """

    code: str
    title: str
    groups: Sequence[Group]
    also: Sequence[Record]
    spells: Sequence[Record]
    figures: Sequence[Observation]


def sections_of(
    measures: Sequence[Record],
    spells: Sequence[Record],
    figures: Sequence[Observation],
    on: date,
    say: Language,
) -> list[Section]:
    """A section for each freedom that has something, in the order of the schema, and one for what names none."""
    sections: list[Section] = []
    explained: set[str] = set()
    for code in (*liberties(), ""):
        here = [one for one in measures if (one.liberties or ("",))[0] == code]
        section = Section(
            code=code,
            title=say.liberty(code) if code else say.gettext("No freedom named"),
            groups=_groups(here, on, explained, say),
            also=[one for one in measures if code in one.liberties[1:]],
            spells=sorted(
                (one for one in spells if (one.liberties or ("",))[0] == code),
                key=lambda one: (one.source, one.title.split(":")[0], str(when(one) or "")),
            ),
            figures=[one for one in figures if words_for(one).liberty == code],
        )
        if section.groups or section.also or section.spells or section.figures:
            sections.append(section)
    return sections


def _groups(measures: Iterable[Record], on: date, explained: set[str], say: Language) -> list[Group]:
    """The groups that have records, each kind explained once in a report: ``explained`` holds what has been."""
    ordered = sorted(measures, key=lambda one: (_rank(one, on), str(when(one) or "9999"), one.id))
    taken = [one for one in ordered if one.record_kind == "measure" and one.stage == "taken"]
    groups = [
        Group(
            say.gettext("Measures recorded by the trackers"),
            say.gettext("Those with no recorded end come first, then in the order of dates."),
            [one for one in taken if is_confirmed(one)],
        ),
        Group(
            say.gettext("Measures not confirmed on a tracker's page"),
            say.gettext("Real measures reported elsewhere; the column 'Who says so' names who reports them."),
            [one for one in taken if not is_confirmed(one)],
        ),
        Group(
            say.gettext("Proposed or unconfirmed"),
            say.gettext("Listed by a source, but not as an act that was taken."),
            [one for one in ordered if one.stage != "taken"],
        ),
        Group(
            say.gettext("Events and acts done once"),
            say.gettext(
                "Reported for a month, or done once: the source records no duration. An event's act may be of the "
                "month before."
            ),
            [one for one in ordered if one.record_kind == "event" and one.stage == "taken"],
        ),
    ]
    filled = [group for group in groups if group.measures]
    told = [replace(group, explanation="") if group.title in explained else group for group in filled]
    explained.update(group.title for group in filled)
    return told


def _rank(measure: Record, on: date) -> int:
    order = ("no_end_recorded", "in_force_until", "unknown", "end_date_passed", "ended")
    found = status(measure, on)
    if found == "no_end_recorded" and not lacks_end(measure):
        return order.index("unknown")
    return order.index(found) if found in order else len(order)
