"""The pages and files of one country, in every language."""

from dataclasses import dataclass

from civic_tracker.publish.atom import atom_feed
from civic_tracker.publish.csv_files import measures_csv
from civic_tracker.publish.icalendar import calendar_of_ends
from civic_tracker.publish.report.compose import Findings, Report, context_of, find, records, tell
from civic_tracker.publish.site.facts import LIBERTIES, MemberFacts, line_of
from civic_tracker.publish.site.layout import COUNTRY_PAGE, Layout, lay_out
from civic_tracker.publish.site.pages import Site, page
from civic_tracker.publish.workbook.acts import Acts, acts_in
from civic_tracker.publish.workbook.compose import site_workbooks
from civic_tracker.store.contents import Dataset
from civic_tracker.words.languages import language

CALENDAR, FEED = "ends.ics", "feed.atom"


@dataclass(frozen=True, slots=True)
class CountryPages:
    """The files of a country by their path in the site, and what other pages say of it."""

    files: dict[str, bytes]
    facts: MemberFacts


def country_pages(part: Dataset, iso3: str, site: Site) -> CountryPages:
    """Everything that the site holds about one country, from the part of the dataset that is about it."""
    files: dict[str, bytes] = {}
    found = find(part, iso3, site.on)
    by_id = {one.id: one for one in part.measures}
    for code in site.codes:
        say = language(code)
        report = tell(found, say)
        layout = lay_out(report)
        at = site.place(f"{code}/{iso3}")
        places = _places_of_records(report, layout)
        files[f"{code}/{iso3}/{CALENDAR}"] = calendar_of_ends(part.measures, found.acts, iso3, say)
        files[f"{code}/{iso3}/{FEED}"] = atom_feed(
            part.changes,
            title=say.gettext("Restrictions of civil liberties on record: {country}", country=say.country(iso3)),
            say=say,
            page=f"{at}{COUNTRY_PAGE}",
            address=f"{at}{FEED}",
            page_of={record: f"{at}{place}" for record, place in places.items()}.get,
            country=iso3,
            records=by_id,
        )
        files |= {f"{code}/{iso3}/{name}": content for name, content in _pages(report, layout, iso3, site).items()}
    workbooks = site_workbooks(part, found.summary, _acts(part, found), site.codes, part.changes)
    files |= {f"{code}/{iso3}/{iso3}-{code}.xlsx": content for code, content in workbooks.items()}
    files[f"data/{iso3}-records.csv"] = measures_csv(records(report), site.on)
    return CountryPages(files, _facts(report, layout))


def _acts(part: Dataset, found: Findings) -> Acts:
    """The acts for a workbook, which holds those that are yet to come too: mostly there are none."""
    if len(found.known) + len(found.spells) < len(part.measures):
        return acts_in(part, found.on)
    return Acts([(act, found.states[act.records[0]]) for act in found.acts], {one.id: one for one in part.measures})


def _pages(report: Report, layout: Layout, iso3: str, site: Site) -> dict[str, bytes]:
    say = report.say
    sizes = {code: _size(report, code) for code in layout.further}
    shown = context_of(report) | {
        "layout": layout,
        "pages": layout.pages_of_records(),
        "full_sizes": sizes,
        "workbook": f"{iso3}-{say.code}.xlsx",
        "csv": f"../../data/{iso3}-records.csv",
    }
    files = {COUNTRY_PAGE: page(site, say, f"{iso3}/{COUNTRY_PAGE}", "country.html.j2", shown)}
    for code, further in layout.further.items():
        for one in further:
            own = shown | {"freedom": one, "siblings": further, "number": sizes[code]}
            files[one.path] = page(site, say, f"{iso3}/{one.path}", "country_freedom.html.j2", own)
    return files


def _size(report: Report, code: str) -> int:
    """How many rows a freedom has in all."""
    return sum(len(group.measures) for section in report.sections if section.code == code for group in section.groups)


def _places_of_records(report: Report, layout: Layout) -> dict[str, str]:
    """The page and row of each record of the report, from the folder of the country."""
    pages = layout.pages_of_records()
    return {
        one.id: f"{pages[lead.id]}#{lead.id}"
        for section in report.sections
        for group in section.groups
        for lead in group.measures
        for one in (lead, *report.company.get(lead.id, ()))
    }


def _facts(report: Report, layout: Layout) -> MemberFacts:
    places = _places_of_records(report, layout)
    return MemberFacts(
        country=report.summary.country,
        summary=report.summary.model_copy(update={"observations": ()}),
        lines=tuple(line_of(one, places[one.id], report.summary) for one in records(report)),
        freedom_pages={code: layout.page_of_freedom(code) for code in LIBERTIES},
    )
