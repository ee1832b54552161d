"""The restriction report of one country: what the trackers record, on one day, with every line citable.

The report states facts and their sources. It gives no score, no rank and no verdict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import jinja2
import markupsafe

from civic_tracker import report_words as words
from civic_tracker.acts import ActStatus, acts_of, status_of
from civic_tracker.dataset import TEXT_FIELDS, Dataset, may_leave
from civic_tracker.figures import words_for
from civic_tracker.languages import SOURCE, Language, language
from civic_tracker.schema import CountrySummary, Measure, Observation
from civic_tracker.sources import Source, all_sources
from civic_tracker.status import lacks_end, status
from civic_tracker.summary import is_confirmed, summarise, when
from civic_tracker.text import LONGEST_SHOWN, cut, json_text, legible, shorten, web_address
from civic_tracker.vocabulary import liberties

_MARKDOWN_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]()#+!|~$&"} | {"<": "&lt;", ">": "&gt;"})
_LINK_SPECIAL = str.maketrans({char: f"%{ord(char):02X}" for char in "()[]<>|`\\\"'"})


@dataclass(frozen=True, slots=True)
class Group:
    """Records that belong together in the report, with what they have in common."""

    title: str
    explanation: str
    measures: Sequence[Measure]


@dataclass(frozen=True, slots=True)
class Section:
    """What the report says about one freedom: measures, and beside them spells and figures as context.

    A measure that concerns several freedoms stands in the section of the first, in the schema's order; the others name
    it in ``also``. ``code`` is empty for what no freedom is known of.
    """

    code: str
    title: str
    groups: Sequence[Group]
    also: Sequence[Measure]
    spells: Sequence[Measure]
    figures: Sequence[Observation]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the renderings of one country's report show.

    Records that tell of one act stand in one row, that of the first; ``company`` holds the others by its id, ``states``
    the state of its act. ``reasons`` are why each source says or does not say something, by its id. What is said is in
    the language ``say``.
    """

    summary: CountrySummary
    headline: Sequence[str]
    sections: Sequence[Section]
    company: Mapping[str, Sequence[Measure]]
    states: Mapping[str, ActStatus]
    reasons: Mapping[str, str]
    sources: Sequence[Source]
    on: date
    say: Language


def build_report(dataset: Dataset, iso3: str, on: date, code: str = SOURCE) -> Report:
    """The report of a country on a day in a language, from a dataset that holds at least this country.

    Raises:
        UsageError: when there is no such language.
    """
    say = language(code)
    summary = summarise(dataset, iso3, on)
    begun = [one for one in dataset.measures if one.country == iso3 and status(one, on) != "not_yet_introduced"]
    known = [one for one in begun if one.record_kind != "spell"]
    spells = [one for one in begun if one.record_kind == "spell"]
    used = {one.source for one in begun} | {one.source for one in summary.observations}
    by_id = {one.id: one for one in begun}
    company: dict[str, list[Measure]] = {}
    states: dict[str, ActStatus] = {}
    for act in acts_of(known, dataset.acts, dataset.links):
        first, *others = act.records
        company[first] = [by_id[one] for one in others]
        states[first] = status_of(act, by_id, spells, on)
    beside = {one.id for others in company.values() for one in others}
    leading = [one for one in known if one.id not in beside]
    return Report(
        summary=summary,
        headline=[
            *words.headline(summary, known, on, say),
            *words.on_acts(known, summary, states, say),
            *words.stale(summary, dataset.states, say),
        ],
        sections=_sections(leading, spells, summary.observations, on, say),
        company=company,
        states=states,
        reasons={one.source: words.say_reason(one, dataset.states.get(one.source), say) for one in summary.coverage},
        sources=[source for source in all_sources().values() if source.id in used],
        on=on,
        say=say,
    )


def to_html(report: Report) -> str:
    """One self-contained page: no script, no request to anywhere, every text escaped."""
    return _environment(autoescape=True).get_template("report.html.j2").render(_context(report))


def to_markdown(report: Report) -> str:
    """The report as Markdown, with publishers' text escaped."""
    return _environment(autoescape=False).get_template("report.md.j2").render(_context(report))


def to_json(report: Report) -> str:
    """The summary and the records as JSON; a publisher's running text only where its licence lets it leave."""
    return json_text(as_json(report))


def as_json(report: Report) -> dict[str, Any]:
    measures = []
    for measure in records(report):
        hidden = set() if may_leave(measure) else set(TEXT_FIELDS)
        measures.append(measure.model_dump(mode="json", exclude=hidden) | {"status": status(measure, report.on)})
    return {
        "summary": report.summary.model_dump(mode="json"),
        "headline": list(report.headline),
        "measures": measures,
        "acts": [
            {"records": [first, *(one.id for one in report.company[first])]} | state.model_dump(mode="json")
            for first, state in report.states.items()
        ],
        "spells": [one.model_dump(mode="json") for section in report.sections for one in section.spells],
        "attribution": [source.attribution for source in report.sources],
    }


def say_state(report: Report, measure: Measure) -> str:
    """Whether the act of a row still stands, in the words of the report's language."""
    alone = not report.company.get(measure.id)
    return words.say_state(measure, report.states.get(measure.id), alone=alone, on=report.on, say=report.say)


def say_differences(report: Report, measure: Measure) -> str:
    """On what the records of a row differ in days; empty when they do not."""
    return words.say_differences((measure, *report.company.get(measure.id, ())), report.say)


def _look(report: Report, measure: Measure) -> str:
    """The style of a row's state: only what has ended looks ended, and only what is open looks open."""
    found = status(measure, report.on)
    if found in {"ended", "end_date_passed"}:
        return "ended"
    is_open = found == "no_end_recorded" and say_state(report, measure) == report.say.gettext("No end recorded")
    return "open" if is_open else ""


def _sections(
    measures: Sequence[Measure],
    spells: Sequence[Measure],
    figures: Sequence[Observation],
    on: date,
    say: Language,
) -> list[Section]:
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


def _groups(measures: Iterable[Measure], on: date, explained: set[str], say: Language) -> list[Group]:
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


def _rank(measure: Measure, on: date) -> int:
    order = ("no_end_recorded", "in_force_until", "unknown", "end_date_passed", "ended")
    found = status(measure, on)
    if found == "no_end_recorded" and not lacks_end(measure):
        return order.index("unknown")
    return order.index(found) if found in order else len(order)


def records(report: Report) -> list[Measure]:
    """Every record of the report, in its order."""
    return [
        one
        for section in report.sections
        for group in section.groups
        for measure in group.measures
        for one in (measure, *report.company.get(measure.id, ()))
    ]


def shown(report: Report) -> list[Measure]:
    """Every record and every run of days that the report names."""
    return records(report) + [one for section in report.sections for one in section.spells]


def _context(report: Report) -> dict[str, Any]:
    say = report.say
    return {
        "report": report,
        "summary": report.summary,
        "name": say.country(report.summary.country),
        "membership": say.membership(report.summary.country, report.on),
        "foreign": words.on_languages(shown(report), say),
        "liberties": liberties(),
        "sources": all_sources(),
        "words_for": words_for,
        "say": say,
        "_": say.gettext,
        "ngettext": say.ngettext,
        "pgettext": say.pgettext,
        "aside": say.listed(["", ""]),  # what stands between two remarks in one cell
        "say_state": say_state,
        "say_differences": say_differences,
        "say_assessment": words.say_assessment,
        "say_span": words.say_span,
        "look": _look,
    }


def _shown(value: object) -> object:
    """What a page shows of a text; markup is made by the templates alone."""
    return cut(legible(value)) if isinstance(value, str) and not isinstance(value, markupsafe.Markup) else value


@cache
def _environment(*, autoescape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("civic_tracker"),
        autoescape=autoescape,  # noqa: S701  # Markdown has its own escaping, the filter md
        undefined=jinja2.StrictUndefined,
        finalize=_shown if autoescape else None,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "when": when,
        "web": lambda text: markupsafe.escape(web_address(text)),  # whole, however long
        "md": lambda text: shorten(str(text), LONGEST_SHOWN).translate(_MARKDOWN_SPECIAL),
        "mdlink": lambda text: web_address(str(text)).translate(_LINK_SPECIAL),
        "lower_first": words.lower_first,
        "upper_first": lambda text: text[:1].upper() + text[1:],
    }
    return environment
