"""A country's report says what is recorded and by whom, in every format alike, and no text of a publisher acts."""

import csv
import io
import json
from base64 import b64encode
from datetime import date
from hashlib import sha256
from itertools import pairwise
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt

from civic_tracker.building.normalise import Origin, measure_of
from civic_tracker.declared.sources import all_sources
from civic_tracker.declared.terms import load_terms
from civic_tracker.declared.vocabulary import say_date
from civic_tracker.documents.entries import RawEntry
from civic_tracker.model.changes import Change
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Record
from civic_tracker.publish.csv_files import measures_csv
from civic_tracker.publish.report.compose import Report, build_report, records, to_html, to_json, to_markdown
from civic_tracker.publish.terminal import report_as_text
from civic_tracker.store.contents import Dataset
from civic_tracker.words.languages import language
from civic_tracker.words.report_words import say_stated_by, say_status
from civic_tracker.words.timeline_words import timeline_rows
from tests.support.examples import a_compiled_measure, a_dataset, a_measure, an_event, an_observation, make_stale

ON = date(2024, 1, 1)


def _dataset() -> Dataset:
    return a_dataset(
        [
            a_measure(title="Alpha order"),
            a_measure(id="icnl-KEN-1", title="Bravo law", ends="2020-06-30", instrument="law"),
            a_measure(id="icnl-KEN-2", title="Charlie lifted", ended_on="2020-06-30", effect="restricts"),
            a_measure(id="icnl-KEN-3", title="Delta proposal", stage="proposed"),
            a_measure(
                id="icnl-KEN-4",
                title="Echo report",
                evidence="second_hand",
                stated_by="Example Newspaper, about ICNL",
                source_url="https://news.example.org/echo",
            ),
            a_measure(id="icnl-KEN-5", title="Foxtrot later", introduced="2025-01-01"),
            a_measure(id="icnl-KEN-6", title="Golf abroad", country="UGA"),
            an_event(title="Hotel event"),
            a_compiled_measure(title="India compiled"),
        ],
        [an_observation()],
    )


def _report(dataset: Dataset | None = None, iso3: str = "KEN", on: date = ON) -> Report:
    return build_report(dataset or _dataset(), iso3, on)


def _of(*measures: Record) -> Report:
    return _report(a_dataset(measures))


def _soup(report: Report) -> BeautifulSoup:
    return BeautifulSoup(to_html(report), "html.parser")


def _rows(report: Report) -> dict[str, Tag]:
    """The rows of records on the page, by the first line of their title."""
    found = {}
    for row in _soup(report).select("table.records tbody tr"):
        found[next(_under(row, "What").stripped_strings)] = row
    return found


def _under(row: Tag, label: str) -> Tag:
    """The cell of a row under the head of a column."""
    table = row.find_parent("table")
    assert isinstance(table, Tag)
    heads = [head.get_text() for head in table.select("thead th")]
    return row.find_all(["th", "td"], recursive=False)[heads.index(label)]


def _cell(row: Tag, label: str) -> str:
    return " ".join(_under(row, label).get_text(" ").split())


def _rendered(markdown: str) -> BeautifulSoup:
    return BeautifulSoup(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown), "html.parser")


SHOWN = ["Alpha order", "Bravo law", "Charlie lifted", "Delta proposal", "Echo report", "Hotel event", "India compiled"]


def test_every_format_shows_the_same_records() -> None:
    report = _report()
    table = csv.DictReader(io.StringIO(measures_csv(records(report), ON).decode(), newline=""))
    assert sorted(one.title for one in records(report)) == SHOWN
    assert sorted(_rows(report)) == SHOWN
    assert sorted(one["title"] for one in json.loads(to_json(report))["measures"]) == SHOWN
    assert sorted(row["title"] for row in table) == SHOWN
    for rendered in (to_markdown(report), report_as_text(report)):
        assert [title for title in SHOWN if title not in rendered] == []
        assert "Foxtrot" not in rendered
        assert "Golf" not in rendered


def test_the_counts_in_every_format_are_those_of_the_summary() -> None:
    report = _report()
    assert report.summary.records == len(SHOWN)
    assert json.loads(to_json(report))["summary"]["records"] == len(SHOWN)
    assert len(records(report)) == len(SHOWN)


def test_each_record_stands_in_the_group_that_says_what_it_is() -> None:
    groups: dict[str, list[str]] = {}
    for section in _report().sections:
        for group in section.groups:
            groups.setdefault(group.title, []).extend(one.title for one in group.measures)
    assert groups == {
        "Measures recorded by the trackers": ["Alpha order", "Bravo law", "Charlie lifted"],
        "Measures not confirmed on a tracker's page": ["Echo report", "India compiled"],
        "Proposed or unconfirmed": ["Delta proposal"],
        "Events and acts done once": ["Hotel event"],
    }


def test_measures_without_a_recorded_end_come_first() -> None:
    (section,) = _of(
        a_measure(id="icnl-KEN-1", title="Ended", ends="2020-04-01", introduced="2020-01"),
        a_measure(id="icnl-KEN-2", title="Later", introduced="2020-05"),
        a_measure(id="icnl-KEN-3", title="Earlier", introduced="2020-04"),
    ).sections
    assert [one.title for one in section.groups[0].measures] == ["Earlier", "Later", "Ended"]


def test_a_measure_stands_under_its_first_freedom_and_is_named_under_the_others() -> None:
    report = _of(
        a_measure(id="icnl-KEN-1", title="Both", liberties=("assembly", "movement")),
        a_measure(id="icnl-KEN-2", title="Neither", liberties=()),
    )
    found = {section.code: section for section in report.sections}
    assert [one.title for one in found["assembly"].groups[0].measures] == ["Both"]
    assert found["movement"].groups == []
    assert [one.title for one in found["movement"].also] == ["Both"]
    assert [one.title for one in found[""].groups[0].measures] == ["Neither"]
    assert sorted(one.title for one in records(report)) == ["Both", "Neither"]


def test_spells_and_figures_stand_beside_the_measures_and_are_not_counted_among_them() -> None:
    spell = a_measure(id="icnl-KEN-1", title="Gatherings: level 4", record_kind="spell", ended_on="2020-04-01")
    figure = an_observation(indicator_as_written="C_SD22B")  # freedom of association and assembly
    report = _report(a_dataset([a_measure(title="Alpha order"), spell], [figure]))
    assert report.summary.records == 1
    assert report.summary.spells == 1
    assert [one.title for one in records(report)] == ["Alpha order"]
    section = next(one for one in report.sections if one.code == "assembly")
    assert [one.title for one in section.spells] == ["Gatherings: level 4"]
    for rendered in (to_html(report), to_markdown(report), report_as_text(report)):
        assert "Gatherings: level 4" in rendered
    assert [one["title"] for one in json.loads(to_json(report))["spells"]] == ["Gatherings: level 4"]


def test_a_report_is_as_of_its_day() -> None:
    early = _report(on=date(2020, 5, 15))
    assert "Bravo law" in {one.title for one in records(early)}
    assert "Hotel event" not in {one.title for one in records(early)}
    assert _cell(_rows(early)["Bravo law"], "Does it end?") == "Recorded to end 30 June 2020"
    assert _cell(_rows(_report())["Bravo law"], "Does it end?") == "Recorded end 30 June 2020 has passed"


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (a_measure(), "No end recorded"),
        (a_measure(ended_on="2020-06-30"), "Ended 30 June 2020"),
        (a_measure(ended_on="2020-06"), "Ended June 2020"),
        (a_measure(ends="2020"), "Recorded end 2020 has passed"),
        (a_measure(ends="2030-01"), "Recorded to end January 2030"),
        (a_measure(ends="2024"), "Unknown: it ends in 2024, day not recorded"),
        (a_measure(stage="proposed"), "Unknown: proposed only"),
        (a_measure(may_have_ended=True), "Unknown: a later update may have ended it"),
        (a_measure(ending_understood=False, ending_as_written="soon"), "Unknown: the source says 'soon'"),
        (an_event(), "Unknown: the source records no duration"),
    ],
)
def test_the_status_is_said_with_its_reason(measure: Record, words: str) -> None:
    assert say_status(measure, ON, language("en")) == words


@pytest.mark.parametrize(
    ("measure", "look"),
    [
        (a_measure(), ["open"]),
        (a_measure(ended_on="2020-06-30"), ["ended"]),
        (a_measure(ends="2020-06-30"), ["ended"]),
        (a_measure(ends="2030"), []),
        (a_measure(may_have_ended=True), []),
        (a_measure(ending_understood=False, ending_as_written="extended, passed on"), []),
    ],
)
def test_only_what_has_ended_looks_ended_and_only_what_is_open_looks_open(measure: Record, look: list[str]) -> None:
    (row,) = _rows(_of(measure)).values()
    cell = _under(row, "Does it end?")
    assert [name for name in cell.get_attribute_list("class") if name] == look


def test_a_date_is_said_as_precisely_as_it_is_known() -> None:
    assert say_date(PartialDate(2020, 3, 5)) == "5 March 2020"
    assert say_date(PartialDate(2020, 3)) == "March 2020"
    assert say_date(PartialDate(2020)) == "2020"
    assert say_date(date(2020, 3, 5)) == "5 March 2020"
    assert say_date(None) == ""


def test_words_are_joined_as_in_a_sentence() -> None:
    assert language("en").join(["a"]) == "a"
    assert language("en").join(["a", "b"]) == "a and b"
    assert language("en").join(["a", "b", "c"]) == "a, b and c"


NOT_CONFIRMED = [
    a_measure(evidence="second_hand", stated_by="Example Newspaper, about ICNL"),
    a_compiled_measure(),
]


@pytest.mark.parametrize("measure", NOT_CONFIRMED)
def test_what_no_tracker_was_seen_to_say_is_never_shown_as_its_statement(measure: Record) -> None:
    report = _of(measure)
    (row,) = _rows(report).values()
    said = _cell(row, "Who says so")
    assert said.startswith(measure.stated_by)
    assert "not confirmed" in said
    assert "not confirmed" in " ".join(report_as_text(report).split())
    assert "not confirmed" in to_markdown(report)
    assert {group.title for section in report.sections for group in section.groups} == {
        "Measures not confirmed on a tracker's page"
    }
    assert "published by" not in " ".join(report.headline)
    (shown,) = json.loads(to_json(report))["measures"]
    assert (shown["evidence"], shown["stated_by"]) == (measure.evidence, measure.stated_by)


@pytest.mark.parametrize(
    ("evidence", "reported_by", "links"),
    [
        ("second_hand", "Example Newspaper", ("https://news.example.org/echo",)),
        ("compiled", "", ("https://www.example.org/law", "https://example.net/")),
    ],
)
def test_the_publishers_name_alone_never_stands_for_who_says_so(
    evidence: str, reported_by: str, links: tuple[str, ...]
) -> None:
    entry = RawEntry(
        locator="line 2", country="Kenya", title="Example", evidence=evidence, reported_by=reported_by, links=links
    )
    measure, _ = measure_of(entry, all_sources()["icnl"], Origin(record="starter/icnl.csv", ours=True), load_terms())
    assert measure is not None
    (row,) = _rows(_of(measure)).values()
    names = {name for source in all_sources().values() for name in (source.short_name, source.publisher)}
    assert measure.stated_by.strip()
    assert measure.stated_by not in names
    assert _cell(row, "Who says so").split(" Reported")[0].split(" Documented")[0] not in names


def test_a_copy_of_a_page_is_the_publishers_statement_seen_through_another() -> None:
    report = _of(a_measure(evidence="copy", stated_by="ICNL, as copied by: Example Archive"))
    (row,) = _rows(report).values()
    assert "third party's copy" in _cell(row, "Who says so")
    assert "not confirmed" not in report_as_text(report)


def test_our_words_between_two_names_are_in_the_readers_language() -> None:
    copied = a_measure(evidence="copy", stated_by="ICNL, as copied by: Example Archive")
    told = a_measure(evidence="second_hand", stated_by="Example News, about Example, about ICNL")
    assert say_stated_by(copied, language("es")) == "ICNL, según la copia de: Example Archive"
    assert say_stated_by(told, language("fr")) == "Example News, about Example, concernant ICNL"
    assert say_stated_by(copied, language("en")) == copied.stated_by
    assert say_stated_by(told, language("en")) == told.stated_by


def test_what_a_publisher_calls_itself_is_never_taken_for_our_words() -> None:
    own = a_measure(evidence="publisher", stated_by="Notes, about Example, as copied by: Example")
    assert say_stated_by(own, language("fr")) == own.stated_by


def test_freedoms_whose_names_have_an_and_are_told_apart_in_the_headline() -> None:
    report = build_report(a_dataset([a_measure(liberties=("security", "oversight"))]), "KEN", ON, "es")
    assert "libertad y seguridad personales; poderes de emergencia y su control." in to_markdown(report)


def test_an_inferred_liberty_and_effect_are_marked_wherever_they_are_shown() -> None:
    report = _of(an_event(liberties_basis="inferred", effect="restricts", effect_basis="inferred"))
    (row,) = _rows(report).values()
    assert _cell(row, "Freedoms").count("inferred") == 2
    line = next(line for line in to_markdown(report).splitlines() if "Example event" in line)
    assert line.count("inferred") == 2
    assert " ".join(report_as_text(report).split()).count("(inferred)") >= 1


def test_what_is_published_is_not_marked_as_inferred() -> None:
    (row,) = _rows(_of(a_measure(effect="restricts", effect_basis="published"))).values()
    assert "inferred" not in _cell(row, "Freedoms")


def test_the_headline_speaks_of_records_and_does_not_count_them_wrong() -> None:
    headline = " ".join(_report().headline)
    assert "5 records about Kenya published by ICNL and IDEA Tracker. 2 further records are not confirmed" in headline
    assert "1 record describes a restriction." in headline
    assert "For 3 measures no end is recorded" in headline
    assert "For 2 measures the recorded end has passed." in headline


STALE = (
    "ICNL's records are those of 4 May 2020: "
    "since 20 November 2026 its page could not be taken over (the site changed)."
)


def test_a_stale_source_is_named_near_the_top_and_in_the_coverage() -> None:
    dataset = _dataset()
    make_stale(dataset, "icnl")
    report = _report(dataset)
    soup = _soup(report)
    top, notes = soup.select_one(".headline"), soup.select("table.coverage td:nth-of-type(6)")
    assert top is not None
    assert STALE in top.get_text()
    assert [note.get_text() for note in notes if STALE in note.get_text()] == [
        f"Only an excerpt of this source is loaded; it may hold more. {STALE}"
    ]
    markdown = _rendered(to_markdown(report)).get_text()
    assert markdown.index(STALE) < markdown.index("Which freedoms") < markdown.rindex(STALE)
    above, _, below = report_as_text(report).partition("Which sources look at the country")
    assert STALE in " ".join(above.split())
    assert "20 November 2026" in " ".join(below.split())
    facts = json.loads(to_json(report))
    assert STALE in facts["headline"]
    marks = {one["source"]: (one["stale_since"], one["stale_kind"]) for one in facts["summary"]["coverage"]}
    assert marks.pop("icnl") == ("2026-11-20", "site_changed")
    assert set(marks.values()) == {(None, "")}


def test_a_stale_source_without_entries_for_the_country_is_named_in_the_coverage_only() -> None:
    dataset = _dataset()
    make_stale(dataset, "icnl")
    report = _report(dataset, "PER")
    assert STALE not in report.headline
    assert STALE in _soup(report).get_text()


def test_a_stale_source_of_figures_is_named_near_the_top_where_there_are_no_records() -> None:
    dataset = a_dataset([], [an_observation()])
    make_stale(dataset, "idea_gsod", "unreachable")
    assert _report(dataset).headline[-1] == (
        "IDEA GSoD's records are those of 4 May 2020: "
        "since 20 November 2026 its page could not be taken over (nobody answered)."
    )


def test_the_report_gives_no_score_no_rank_and_no_verdict() -> None:
    text = _soup(_report()).get_text(" ").casefold()
    assert [word for word in ("violat", "breach", "rank", "worst", "unlawful") if word in text] == []


def test_an_empty_report_says_that_silence_is_no_finding() -> None:
    report = _report(a_dataset(), "PER")
    page, markdown, text = _soup(report), to_markdown(report), " ".join(report_as_text(report).split())
    for rendered in (" ".join(page.get_text(" ").split()), markdown, text):
        assert "The loaded sources hold no record about Peru up to 1 January 2024." in rendered
        assert "No record does not mean no restriction" in rendered
        assert "Nothing of this source is loaded." in rendered
    assert page.select("table.records") == []
    assert json.loads(to_json(report))["measures"] == []
    assert "None" not in markdown


def test_a_country_outside_the_partnership_has_a_report_too() -> None:
    assert "Open Government Partnership: not a member." in _soup(_report(iso3="UGA")).get_text()


def test_every_used_source_is_credited_and_no_other() -> None:
    report = _report()
    used = {"icnl", "idea_tracker", "idea_gsod", "rti_compiled"}
    for rendered in (_soup(report).get_text(), to_markdown(report), report_as_text(report).replace("\n", " ")):
        assert {source.id for source in all_sources().values() if source.attribution in rendered} == used
    assert len(json.loads(to_json(report))["attribution"]) == 4


def test_a_publishers_running_text_is_in_no_format() -> None:
    texts = {"description": "Running text.", "updates": ("Running text.",)}
    report = _of(a_measure(**texts), an_event(**texts))
    for rendered in (to_html(report), to_markdown(report), to_json(report), report_as_text(report)):
        assert "Running text." not in rendered
    assert "Running text." in to_json(_of(a_compiled_measure(**texts)))


def test_the_page_asks_for_nothing_from_anywhere() -> None:
    soup = _soup(_report())
    assert soup.find_all(["script", "link", "iframe", "object", "embed", "img", "form", "base", "use", "image"]) == []
    assert [tag.name for tag in soup.find_all(src=True)] == []
    assert {tag.name for tag in soup.find_all(href=True)} == {"a"}
    style = soup.style
    assert style is not None
    assert "url(" not in style.get_text()
    assert "@import" not in style.get_text()


def test_the_page_forbids_scripts_and_requests_by_policy() -> None:
    soup = _soup(_report())
    policy, style = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"}), soup.find("style")
    assert isinstance(policy, Tag)
    assert isinstance(style, Tag)
    digest = b64encode(sha256(style.get_text().encode()).digest()).decode()
    assert str(policy["content"]).startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "script" not in str(policy["content"])


def test_the_page_can_be_read_by_everybody() -> None:
    soup = _soup(_report())
    assert soup.html is not None
    assert soup.html["lang"] == "en"
    assert soup.title is not None
    assert soup.title.get_text().startswith("Kenya: ")
    levels = [int(tag.name[1]) for tag in soup.find_all(["h1", "h2", "h3", "h4"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {tag.get("scope") for tag in soup.find_all("th")} == {"col", "row"}
    assert all(tag.get_text(strip=True) for tag in soup.find_all("a"))


def test_every_row_of_a_table_has_a_cell_for_every_column() -> None:
    for report in (_report(), _report(a_dataset(), "PER")):
        for soup in (_soup(report), _rendered(to_markdown(report))):
            for table in soup.find_all("table"):
                assert len({len(row.find_all(["th", "td"])) for row in table.find_all("tr")}) == 1


ATTACKS = {
    "script": "<script>alert(1)</script> order",
    "broken out of an attribute": '"><img src=x onerror=alert(1)> order',
    "template": "{{ 7 * 7 }} {% raw %} order",
    "comment": "--><script>alert(1)</script><!-- order",
    "formula": '=HYPERLINK("https://example.org","order")',
    "markdown link": "[order](javascript:alert(1)) ![x](https://example.org/x.png)",
    "markdown table": "order | a | b |\n|---|---|\n| c |",
    "markdown escape": "order \\| \\[x](https://example.org) `code` \\",
    "markdown autolink": "<javascript:alert(1)> <https://example.org> order",
    "heading": "# order\n\n## another",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt; order",
    "rich markup": "[bold]order[/bold] [link=https://example.org]x[/link] [/] :warning:",
    "right to left": "قانون الطوارئ order \u202eredro\u202c \u2067x\u2069",
    "emoji": "👩🏽‍⚖️ order 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "control characters": "order\x00\x1b[31m\x07\x9b31m",
    "very long": "order " + "x" * 494,
}
LINKS = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://example.org/"onmouseover="alert(1)',
    "https://example.org/<script>alert(1)</script>",
    "https://example.org/a|b)(c[d]`e`\\",
)


def _attacked(text: str, url: str = LINKS[2]) -> Report:
    """A report on an entry whose every text is an attack, and which came through the normaliser like any other."""
    entry = RawEntry(
        locator="entry 1",
        country="Kenya",
        title=text,
        description=text,
        instrument_name=text,
        place=text,
        introduced=text,
        ending=text,
        url=url,
        links=LINKS,
        note=text,
        assessment=text,
        flags=(text,),
        tags=(text,),
        type=text,
    )
    measure, _ = measure_of(entry, all_sources()["icnl"], Origin(record="sha256:0 page.html"), load_terms())
    assert measure is not None
    return _of(measure)


def _harmless(soup: BeautifulSoup) -> None:
    assert soup.find_all(["script", "img", "iframe", "object", "svg", "form"]) == []
    for tag in soup.find_all(True):
        assert [name for name in tag.attrs if name.startswith("on")] == []
        if "href" in tag.attrs:
            assert str(tag["href"]).startswith(("https://", "http://"))
        assert "src" not in tag.attrs


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("url", LINKS)
def test_no_text_of_a_publisher_acts_on_the_page(text: str, url: str) -> None:
    report = _attacked(text, url)
    soup = _soup(report)
    _harmless(soup)
    (shown,) = soup.select("table.records td:nth-of-type(2)")
    assert records(report)[0].title in shown.get_text()
    for mark in "\x00\x07\x1b\x9b\u202e\u2067":
        assert mark not in soup.get_text()


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("url", LINKS)
def test_no_text_of_a_publisher_breaks_the_markdown(text: str, url: str) -> None:
    report = _attacked(text, url)
    soup = _rendered(to_markdown(report))
    _harmless(soup)
    assert [tag.get_text() for tag in soup.find_all("h1")] == ["Kenya: restrictions of civil liberties on record"]
    assert [tag.get_text() for tag in soup.find_all("h2")] == [
        "Which freedoms",
        "When they were introduced, and when they ended",
        "What changed",
        "No freedom named",
        "Which sources look at Kenya",
        "What a forum can do with this",
        "Sources and licences",
    ]
    (table,) = [found for found in soup.find_all("table") if "Who says so" in found.get_text()]
    head, row = table.find_all("tr")
    assert len(head.find_all("th")) == len(row.find_all("td")) == 6
    (link,) = row.find_all("a")
    assert unquote(str(link["href"])) == unquote(records(report)[0].source_url)
    plain = " ".join(row.find_all("td")[1].get_text().split())
    assert plain.startswith(records(report)[0].title)


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_no_text_of_a_publisher_breaks_the_other_formats(text: str) -> None:
    report = _attacked(text)
    title = records(report)[0].title
    assert json.loads(to_json(report))["measures"][0]["title"] == title
    (row,) = csv.DictReader(io.StringIO(measures_csv(records(report), ON).decode(), newline=""))
    assert row["title"].removeprefix("'") == title
    shown = report_as_text(report)
    assert "\x1b" not in shown
    if len(title) < 20:
        assert title in shown


@pytest.mark.parametrize("text", ["order | a\n\n# heading", "a\u2028b\r\nc"])
def test_even_a_record_that_no_normaliser_cleaned_stays_in_its_row(text: str) -> None:
    soup = _rendered(to_markdown(_of(a_measure(title=text, place=text, stated_by=text))))
    (table,) = [found for found in soup.find_all("table") if "Who says so" in found.get_text()]
    assert len(table.find_all("tr")) == 2
    assert len(soup.find_all("h1")) == 1


def test_words_in_colons_are_not_turned_into_pictures() -> None:
    assert ":warning:" in report_as_text(_of(a_measure(title="No :warning:")))


HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize("code", ["es", "fr"])
def test_a_report_in_another_language_shows_the_same_records_and_no_sentence_of_ours_in_english(code: str) -> None:
    dataset = a_dataset([*_dataset().measures, a_measure(id="icnl-KEN-9", title=HOSTILE)], _dataset().observations)
    english, other = _report(dataset), build_report(dataset, "KEN", ON, code)
    soup = _soup(other)
    assert soup.html is not None
    assert soup.html["lang"] == code
    assert len(soup.select("table.records tbody tr")) == len(_soup(english).select("table.records tbody tr"))
    assert [one.id for one in records(other)] == [one.id for one in records(english)]
    assert HOSTILE not in to_html(other)
    say = language(code)
    ours = {line.strip() for line in _soup(english).get_text("\n").splitlines() if len(line.strip()) > 12} & {
        message for _, message in say.translated
    }
    assert len(ours) > 10
    shown = soup.get_text("\n").splitlines()
    assert [line for line in shown if line.strip() in ours] == []


@pytest.mark.parametrize("code", ["es", "fr"])
def test_the_notes_on_a_source_are_in_the_readers_language_and_its_attribution_is_not(code: str) -> None:
    report = build_report(_dataset(), "KEN", ON, code)
    heading = _soup(report).select_one("#licences")
    assert heading is not None
    credited = [tag for tag in heading.find_next_siblings() if isinstance(tag, Tag)]
    text = " ".join(tag.get_text() for tag in credited)
    for source in report.sources:
        assert source.attribution in text
        assert all(note not in text and report.say.source_words(note) in text for note in source.notes)
    untranslated = [one.get_text() for tag in credited for one in tag.select("[lang=en]")]
    assert untranslated == [one.attribution for one in report.sources]


def _with_history() -> Dataset:
    dataset = _dataset()
    measure = dataset.measures[0]
    dataset.changes = [
        Change(
            day=day,
            source="icnl",
            country="KEN",
            kind="changed",
            id=measure.id,
            title=measure.title,
            field="ends",
            after="2020-12-31",
        )
        for day in (date(2023, 1, 1), date(2023, 12, 20), date(2024, 6, 1))
    ]
    return dataset


def test_what_changed_is_told_from_a_day_on_and_never_from_after_the_day_asked_about() -> None:
    month = build_report(_with_history(), "KEN", ON)
    assert [one.day for one in month.changes] == [date(2023, 12, 20)]
    longer = build_report(_with_history(), "KEN", ON, since=date(2022, 1, 1))
    assert [one.day for one in longer.changes] == [date(2023, 12, 20), date(2023, 1, 1)]
    for rendered in (to_html(longer), to_markdown(longer)):
        assert "Since 1 January 2022 the history has 2 changes about Kenya." in rendered
        assert "31 December 2020" in rendered
    assert [one["day"] for one in json.loads(to_json(longer))["changes"]] == ["2023-01-01", "2023-12-20"]


def test_a_country_without_a_change_says_so_in_every_format() -> None:
    report = _report()
    assert "the history has no change about Kenya" in to_html(report)
    assert "the history has no change about Kenya" in to_markdown(report)


def _routes(*measures: Record) -> list[str]:
    return [one["route"] for one in json.loads(to_json(_of(*measures)))["routes"]]


def test_the_routes_of_a_forum_follow_from_the_freedoms_restricted() -> None:
    restricting = {"effect": "restricts", "effect_basis": "published"}
    assert "response_policy" in _routes(a_measure(liberties=("assembly",), **restricting))
    without_ground = _routes(a_measure(liberties=("religion",), **restricting))
    assert "agenda" in without_ground
    assert "response_policy" not in without_ground
    assert _routes(a_measure(effect="relaxes", effect_basis="published")) == []


def test_each_route_names_the_page_where_it_was_read() -> None:
    report = _of(a_measure(effect="restricts", effect_basis="published"))
    soup = _soup(report)
    heading = soup.select_one("#forum")
    assert heading is not None
    read_at = [str(link["href"]) for link in heading.find_next("dl").select("dd a")]  # type: ignore[union-attr]
    assert read_at == [route.words.url for route in report.routes]
    assert all(url in to_markdown(report) for url in read_at)


def test_a_figure_stands_beside_the_last_one_from_before_the_pandemic() -> None:
    figures = [
        an_observation(period=str(year), value=value, value_as_written=str(value))
        for year, value in ((2018, 0.7), (2019, 0.6), (2020, 0.5))
    ]
    report = build_report(a_dataset([a_measure()], figures), "KEN", ON)
    for rendered in (to_html(report), to_markdown(report)):
        assert "2019: 0.6; 2020: 0.5" in rendered
    (series,) = json.loads(to_json(report))["series"]
    assert (series["baseline"]["period"], series["latest"]["period"]) == ("2019", "2020")


def test_the_timeline_says_as_a_table_what_it_draws() -> None:
    report = _report()
    table = _soup(report).select_one("table.tl-table")
    assert table is not None
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tbody tr")]
    assert rows
    assert [row[:3] for row in rows] == [row[:3] for row in timeline_rows(report.found.timeline, report.say)]
