"""The restriction report of one country: what the trackers record, on one day, with every line citable.

The report states facts and their sources. It gives no score, no rank and no verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from civic_tracker import clock
from civic_tracker.building.figures import words_for
from civic_tracker.declared.routes import Route, routes_for
from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.findings.acts import Act, ActStatus, acts_of, status_of
from civic_tracker.findings.series import Series, series_of
from civic_tracker.findings.summary import summarise
from civic_tracker.findings.timeline import Timeline, build_timeline
from civic_tracker.model.changes import Change
from civic_tracker.model.schema import CountrySummary, Record
from civic_tracker.model.status import status
from civic_tracker.publish.report.charts import NAMES
from civic_tracker.publish.report.rendering import environment
from civic_tracker.publish.report.sections import Section, sections_of
from civic_tracker.store.contents import Dataset, SourceState
from civic_tracker.store.rows import TEXT_FIELDS, may_leave
from civic_tracker.text import json_text
from civic_tracker.words import report_words as words
from civic_tracker.words.change_words import Told, tell_changes
from civic_tracker.words.languages import SOURCE, Language, language
from civic_tracker.words.route_words import name_route, say_route


@dataclass(frozen=True, slots=True)
class Findings:
    """What a report tells, before it is told in a language.

    Records that tell of one act stand in one row, that of the first; ``company`` holds the others by its id, ``states``
    the state of its act. ``known`` are the records that have begun, ``spells`` the runs of days, ``changes`` the lines
    of the history from ``since`` on.
    """

    summary: CountrySummary
    known: Sequence[Record]
    spells: Sequence[Record]
    acts: Sequence[Act]
    timeline: Timeline
    series: Mapping[tuple[str, str], Series]
    routes: Sequence[Route]
    company: Mapping[str, Sequence[Record]]
    states: Mapping[str, ActStatus]
    changes: Sequence[Change]
    since: date
    loaded: Mapping[str, SourceState]
    sources: Sequence[Source]
    on: date


@dataclass(frozen=True, slots=True)
class Report:
    """All that the renderings of one country's report show, in the language ``say``.

    ``reasons`` are why each source says or does not say something, by its id.
    """

    found: Findings
    headline: Sequence[str]
    sections: Sequence[Section]
    changes: Sequence[Told]
    reasons: Mapping[str, str]
    say: Language

    @property
    def summary(self) -> CountrySummary:
        return self.found.summary

    @property
    def on(self) -> date:
        return self.found.on

    @property
    def company(self) -> Mapping[str, Sequence[Record]]:
        return self.found.company

    @property
    def states(self) -> Mapping[str, ActStatus]:
        return self.found.states

    @property
    def routes(self) -> Sequence[Route]:
        return self.found.routes

    @property
    def sources(self) -> Sequence[Source]:
        return self.found.sources


def build_report(dataset: Dataset, iso3: str, on: date, code: str = SOURCE, since: date | None = None) -> Report:
    """The report of a country on a day in a language, from a dataset that holds at least this country.

    ``since`` is the day from which on changes are told; 31 days before ``on`` without it.

    Raises:
        UsageError: when there is no such language.
    """
    say = language(code)
    return tell(find(dataset, iso3, on, since), say)


def find(dataset: Dataset, iso3: str, on: date, since: date | None = None) -> Findings:
    """What there is to tell about a country on a day, in any language."""
    summary = summarise(dataset, iso3, on)
    begun = [one for one in dataset.measures if one.country == iso3 and status(one, on) != "not_yet_introduced"]
    known = [one for one in begun if one.record_kind != "spell"]
    spells = [one for one in begun if one.record_kind == "spell"]
    used = {one.source for one in begun} | {one.source for one in summary.observations}
    by_id = {one.id: one for one in begun}
    company: dict[str, list[Record]] = {}
    states: dict[str, ActStatus] = {}
    by_act: dict[str, ActStatus] = {}
    acts = acts_of(known, dataset.acts, dataset.links)
    for act in acts:
        first, *others = act.records
        company[first] = [by_id[one] for one in others]
        states[first] = by_act[act.id] = status_of(act, by_id, spells, on)
    first_day, last_day = since or _month_before(on), clock.last_stored_day(on)
    return Findings(
        summary=summary,
        known=known,
        spells=spells,
        acts=acts,
        timeline=build_timeline(acts, by_act, on),
        series=series_of(one for one in dataset.observations if one.country == iso3 and one.period.first_day() <= on),
        routes=_routes(known, states, on),
        company=company,
        states=states,
        changes=[one for one in dataset.changes if one.country == iso3 and first_day <= one.day <= last_day],
        since=first_day,
        loaded=dataset.states,
        sources=[source for source in all_sources().values() if source.id in used],
        on=on,
    )


def _month_before(on: date) -> date:
    """31 days before, or the first day that there is."""
    return date.fromordinal(max(on.toordinal() - 31, 1))


def _routes(known: Sequence[Record], states: Mapping[str, ActStatus], on: date) -> list[Route]:
    """What a forum can do about the restrictions on record, and about those that nobody records the end of."""
    restricting = {one.id: one for one in known if one.effect == "restricts" or one.declares_emergency == "yes"}
    concerned = {liberty for one in restricting.values() for liberty in one.liberties}
    open_acts = sum(state.state == "no_end_recorded" for first, state in states.items() if first in restricting)
    return routes_for(concerned, open_acts, on)


def tell(found: Findings, say: Language) -> Report:
    """The report of what was found, in a language."""
    summary, on = found.summary, found.on
    beside = {one.id for others in found.company.values() for one in others}
    leading = [one for one in found.known if one.id not in beside]
    return Report(
        found=found,
        headline=[
            *words.headline(summary, found.known, on, say),
            *words.on_acts(found.known, summary, found.states, say),
            *words.stale(summary, found.loaded, say),
        ],
        sections=sections_of(leading, found.spells, summary.observations, on, say),
        changes=tell_changes(found.changes, say),
        reasons={one.source: words.say_reason(one, say) for one in summary.coverage},
        say=say,
    )


def to_html(report: Report) -> str:
    """One self-contained page: no script, no request to anywhere, every text escaped."""
    context = context_of(report)
    # A style sheet is no HTML: nothing in it is escaped as HTML, and its texts are escaped as CSS.
    style = environment(autoescape=False).get_template("_report.css.j2").render(context)
    return environment(autoescape=True).get_template("report.html.j2").render(context | {"style": Markup(style)})  # noqa: S704


def to_markdown(report: Report) -> str:
    """The report as Markdown, with publishers' text escaped."""
    return environment(autoescape=False).get_template("report.md.j2").render(context_of(report))


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
        "since": report.found.since.isoformat(),
        "changes": [one.model_dump(mode="json", exclude={"record"}) for one in report.found.changes],
        "acts": [
            {"records": [first, *(one.id for one in report.company[first])]} | state.model_dump(mode="json")
            for first, state in report.states.items()
        ],
        "spells": [one.model_dump(mode="json") for section in report.sections for one in section.spells],
        "series": [_series_as_json(one) for one in report.found.series.values()],
        "routes": [
            {"route": one.words.route, "text": say_route(one, report.say), "url": one.words.url}
            for one in report.routes
        ],
        "attribution": [source.attribution for source in report.sources],
    }


def _series_as_json(series: Series) -> dict[str, Any]:
    """The last figure before the pandemic and the latest, of one release."""
    told = {
        "source": series.source,
        "indicator": series.indicator,
        "release": series.latest.release,
        "scale": series.scale,
    }
    return told | {
        name: one and {"period": str(one.period), "value": one.value, "value_as_written": one.value_as_written}
        for name, one in (("baseline", series.baseline), ("latest", series.latest))
    }


def say_state(report: Report, measure: Record) -> str:
    """Whether the act of a row still stands, in the words of the report's language."""
    alone = not report.company.get(measure.id)
    return words.say_state(measure, report.states.get(measure.id), alone=alone, on=report.on, say=report.say)


def say_differences(report: Report, measure: Record) -> str:
    """On what the records of a row differ in days; empty when they do not."""
    return words.say_differences((measure, *report.company.get(measure.id, ())), report.say)


def _look(report: Report, measure: Record) -> str:
    """The style of a row's state: only what has ended looks ended, and only what is open looks open."""
    found = status(measure, report.on)
    if found in {"ended", "end_date_passed"}:
        return "ended"
    is_open = found == "no_end_recorded" and say_state(report, measure) == report.say.gettext("No end recorded")
    return "open" if is_open else ""


def records(report: Report) -> list[Record]:
    """Every record of the report, in its order."""
    return [
        one
        for section in report.sections
        for group in section.groups
        for measure in group.measures
        for one in (measure, *report.company.get(measure.id, ()))
    ]


def shown(report: Report) -> list[Record]:
    """Every record and every run of days that the report names."""
    return records(report) + [one for section in report.sections for one in section.spells]


def context_of(report: Report) -> dict[str, Any]:
    """What the templates of a report, or of a page about a part of it, are told."""
    say = report.say
    return {
        **NAMES,
        "report": report,
        "timeline": report.found.timeline,
        "series": report.found.series,
        "name_route": name_route,
        "say_route": say_route,
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
        "say_stated_by": words.say_stated_by,
        "look": _look,
    }
