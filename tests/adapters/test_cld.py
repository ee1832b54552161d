"""The CLD adapter finds the entries in a page of prose by its headings and names, and makes nothing up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic_tracker.adapters.cld import FIRST_HEADING, TRACKER_URL, parse
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.errors import CivicTrackerError
from tests.adapters.checks import SYNTHETIC, html_page, refusal_of
from tests.support.effort import within

FIRST_PART = f"<h2>{FIRST_HEADING}</h2>"


def page_html(content: str) -> str:
    return html_page(f"<div>{content}</div>")


def parsed(content: str, url: str = "") -> Parsed:
    return parse(Document("page.html", page_html(content).encode(), url=url))


def entries(content: str) -> list[tuple[str, str, str]]:
    return [(one.country, one.place, one.description) for one in parsed(FIRST_PART + content).entries]


def entry(text: str) -> RawEntry:
    (only,) = parsed(f"{FIRST_PART}<p>Brazil: {text}</p>").entries
    return only


def test_the_whole_page_is_read_part_by_part() -> None:
    page = parse(read_file(SYNTHETIC / "cld_synthetic.html"))
    assert [(one.locator, one.country, one.place, one.section) for one in page.entries] == [
        ("part 1, paragraph 2", "Brazil", "", FIRST_HEADING),
        ("part 1, paragraph 3", "Canada", "Example Province", FIRST_HEADING),
        ("part 1, paragraph 6", "Côte d’Ivoire", "", FIRST_HEADING),
        ("part 1, paragraph 7", "Bosnia and Herzegovina", "", FIRST_HEADING),
        ("part 2, paragraph 1", "Brazil", "", "Example heading of the second part"),
        ("part 3, paragraph 1", "Example Council of Europe Body", "", "Example heading of the third part"),
    ]
    assert [(aside.locator, aside.reason) for aside in page.asides] == [
        ("part 1, paragraph 8", "begins with 'Note:', which is no name"),
        ("part 3, paragraph 2", "a statement without a name: (text of 72 characters)"),
    ]
    assert page.as_of == "23 September 2020"
    assert page.remarks == (
        "the page says that it is no longer updated",
        f"1 paragraph(s) before the first entry of '{FIRST_HEADING}'",
    )


def test_an_entry_keeps_its_text_updates_dates_and_links() -> None:
    brazil, canada, *_ = parse(read_file(SYNTHETIC / "cld_synthetic.html")).entries
    assert brazil.title == ""
    assert brazil.url == TRACKER_URL
    assert brazil.description.startswith("Example Measure No. 12 (“medida de exemplo”) of 23 March paused")
    assert brazil.description.endswith("An example report of late May says the same.")
    assert brazil.updates == (
        "On 30 April 2020 the example court confirmed this.",
        "An example report of late May says the same.",
    )
    assert brazil.dates_mentioned == ("23 March", "26 March", "30 April 2020", "late May")
    assert brazil.links == ("https://example.org/brazil?id=7",)
    assert canada.updates == ("The example order lapsed.",)
    assert canada.dates_mentioned == ("26 March to 4 April", "30 May", "mid-June", "September")
    assert canada.description.count("\n") == 2


@pytest.mark.parametrize(
    "start",
    [
        "Brazil: Text.",
        "<strong>Brazil</strong>: Text.",
        "<strong>Brazil:</strong> Text.",
        "<b>Brazil</b> : Text.",
        "\n  Brazil:\n  Text.  ",
        "Brazil:&nbsp;Text.",
    ],
)
@pytest.mark.parametrize("element", ["p", "li", "div"])
def test_an_entry_begins_with_a_name_and_a_colon(start: str, element: str) -> None:
    assert entries(f"<{element}>{start}</{element}>") == [("Brazil", "", "Text.")]


@pytest.mark.parametrize(
    "name",
    [
        "United States of America",
        "Bosnia and Herzegovina",
        "Trinidad & Tobago",
        "Côte d’Ivoire",
        "Côte d'Ivoire",
        "Timor-Leste",
        "Guinea-Bissau",
        "Congo, Democratic Republic of the",
        "U.S. Virgin Islands",
        "St. Lucia",
        "Türkiye",
        "Åland Islands",
        "UN Special Rapporteur on Freedom of Expression",
    ],
)
def test_names_of_many_forms_are_read_as_written(name: str) -> None:
    assert entries(f"<p>{name.replace('&', '&amp;')}: Text.</p>") == [(name, "", "Text.")]


def test_a_unit_in_brackets_is_the_place() -> None:
    assert entries("<p>United Kingdom (Example Land): Text (note: more).</p>") == [
        ("United Kingdom", "Example Land", "Text (note: more).")
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "The decree says the following: text.",
        "On 15 May the office said: text.",
        "https://example.org/x is the source.",
        "Https://example.org/x is the source.",
        "at 10:30 it ended.",
        "(Example): text.",
    ],
)
def test_prose_with_a_colon_is_no_new_entry(prose: str) -> None:
    assert entries(f"<p>Brazil: Text.</p><p>{prose}</p>") == [("Brazil", "", f"Text.\n{prose}")]


def test_entries_divided_by_line_breaks_alone_are_found() -> None:
    assert entries("<p>Brazil: One.<br>More.<br><br>Chile: Two.</p>") == [
        ("Brazil", "", "One.\nMore."),
        ("Chile", "", "Two."),
    ]


def test_a_name_alone_takes_the_text_of_the_next_paragraph() -> None:
    assert entries("<p><strong>Brazil:</strong></p><p>Text.</p>") == [("Brazil", "", "Text.")]
    assert parsed(f"{FIRST_PART}<p>Brazil:</p>").entries[0].remarks == ("no text after the name",)


@pytest.mark.parametrize("label", ["Note", "Source", "Sources", "See"])
def test_labels_that_are_no_names_are_set_aside(label: str) -> None:
    page = parsed(f"{FIRST_PART}<p>Brazil: Text.</p><p>{label}: example.</p>")
    assert [one.description for one in page.entries] == ["Text."]
    assert [aside.reason for aside in page.asides] == [f"begins with '{label}:', which is no name"]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("closed on 15 May and 3 June", ("15 May", "3 June")),
        ("since late March, by early-May, in mid April 2020", ("late March", "early-May", "mid April 2020")),
        ("from 26 March to 4 April", ("26 March to 4 April",)),
        ("from 4 to 30 April 2020", ("4 to 30 April 2020",)),
        ("26 March–4 April", ("26 March–4 April",)),
        ("March 26, 2020 and June 5", ("March 26, 2020", "June 5")),
        ("March 2020 and May 2020", ("March 2020", "May 2020")),
        ("a September news report", ("September",)),
        ("the 1st of July, in May", ("1st of July", "May")),
        ("5 Sept. 2020", ("5 Sept. 2020",)),
        ("May they march in Marseille; Decree 12 of Maya Augusta", ()),
        ("15 May; again 15 May", ("15 May",)),
    ],
)
def test_date_phrases_are_listed_as_written(text: str, dates: tuple[str, ...]) -> None:
    assert entry(text).dates_mentioned == dates


@pytest.mark.parametrize(
    ("text", "updates"),
    [
        ("Text. UPDATE: It ended.", ("It ended.",)),
        ("Text. UPDATE (15 June): It ended.", ("(15 June): It ended.",)),
        ("Text. UPDATE 15 June: It ended.", ("15 June: It ended.",)),
        ("Text. Update: It ended. UPDATE : It began.", ("It ended.", "It began.")),
        ("The UPDATE of the register was late.", ()),
        ("Text.</p><p><strong>UPDATE:</strong> It ended.", ("It ended.",)),
    ],
)
def test_each_update_is_kept_apart_and_in_the_text(text: str, updates: tuple[str, ...]) -> None:
    found = entry(text)
    assert found.updates == updates
    assert all(update in found.description for update in updates)


def test_tracking_parameters_leave_addresses() -> None:
    links = '<a href="https://example.org/?&utm_source=a&UTM_medium=b">x</a> <a href="/y?a=1&amp;utm_id=2#z">y</a>'
    url = "https://www.rti-rating.org/covid-19-tracker/?&utm_source=newsletter&utm_medium=email"
    (found,) = parsed(f"{FIRST_PART}<p>Brazil: {links} text</p>", url).entries
    assert found.links == ("https://example.org/", "https://www.rti-rating.org/y?a=1#z")
    assert found.url == TRACKER_URL


@pytest.mark.parametrize("href", ["javascript:alert(1)", "mailto:a@example.org", "http://[", "data:text/html,x"])
def test_only_web_addresses_become_links(href: str) -> None:
    found = entry(f'text <a href="{href}">here</a> and <a href="#note">there</a>')
    assert found.links == ()
    assert found.extra["links that are no web addresses"] == href


@pytest.mark.parametrize(
    ("spam", "reason"),
    [
        ('<p><a href="https://spam.example">Buy example pills</a></p>', "nothing but links"),
        ('<p><a href="https://spam.example">Example Pills</a>: cheap</p>', "the name is a link"),
        ('<h3><a href="https://spam.example">Example pills</a></h3>', "nothing but links"),
        ('<a href="https://spam.example"><h3>Example pills</h3></a>', "nothing but links"),
        ('<div style="display: none">Example Pills: cheap <a href="https://spam.example">x</a></div>', "hidden"),
        ('<div hidden><p>Example Pills: <a href="https://spam.example">x</a> cheap</p></div>', "hidden"),
    ],
)
def test_injected_links_never_become_entries(spam: str, reason: str) -> None:
    page = parsed(f"{FIRST_PART}<p>Brazil: Text.</p>{spam}<p>More.</p>")
    assert [(one.country, one.description, one.links) for one in page.entries] == [("Brazil", "Text.\nMore.", ())]
    assert [reason in aside.reason for aside in page.asides] == [True]


def test_injected_links_within_a_paragraph_that_hides_them_stay_out() -> None:
    page = parsed(
        f'{FIRST_PART}<p>Brazil: Text. <span style="display:none"><a href="https://x.example">x</a></span></p>'
    )
    assert [(one.description, one.links) for one in page.entries] == [("Text.", ())]
    assert [aside.reason for aside in page.asides] == ["hidden on the page"]


def test_text_beside_the_column_does_not_join_the_last_entry() -> None:
    page = parsed(f"<div>{FIRST_PART}<p>Brazil: Text.</p></div><div><p>Rights reserved.</p></div>")
    assert [one.description for one in page.entries] == ["Text."]
    assert [aside.reason for aside in page.asides] == ["text beside the column of the entries: 'Rights reserved.'"]


def test_menus_and_footers_are_not_read() -> None:
    around = "<nav><p>Menu: x</p></nav>", '<footer><p>Contact: x</p></footer><div id="sidebar"><p>Recent: x</p></div>'
    page = parsed(f"{around[0]}{FIRST_PART}<p>Brazil: Text.</p>{around[1]}")
    assert len(page) == 1


@pytest.mark.parametrize(
    "heading",
    [
        f"<h1>{FIRST_HEADING}</h1>",
        f"<h4>1. {FIRST_HEADING.upper()}:</h4>",
        f"<p><strong>{FIRST_HEADING}</strong></p>",
        f"<p>{FIRST_HEADING}</p>",
        f'<ul><li><a href="#one">{FIRST_HEADING}</a></li><li>Contents: x</li></ul><h2>{FIRST_HEADING}</h2>',
    ],
)
def test_the_first_part_is_found_by_its_words(heading: str) -> None:
    page = parsed(f"<p>Intro: text.</p>{heading}<p>Brazil: Text.</p>")
    assert [one.country for one in page.entries] == ["Brazil"]


def test_a_bold_line_that_names_nobody_begins_a_part() -> None:
    page = parsed(f"{FIRST_PART}<p>Brazil: One.</p><p><b>Example second part</b></p><p>Chile: Two.</p>")
    assert [(one.country, one.section) for one in page.entries] == [
        ("Brazil", FIRST_HEADING),
        ("Chile", "Example second part"),
    ]


def test_a_page_without_date_line_or_first_paragraph_is_read() -> None:
    page = parsed(f"{FIRST_PART}<p>Brazil: Text.</p>")
    assert (page.as_of, page.remarks, page.asides) == ("", (), ())


def test_a_date_line_below_the_entries_is_read_and_joins_none() -> None:
    page = parsed(f"{FIRST_PART}<p>Brazil: Text.</p><p>Page last updated: 27 May 2020</p>")
    assert page.as_of == "27 May 2020"
    assert page.entries[0].description == "Text."


def test_markup_in_text_is_text_and_a_script_is_not() -> None:
    assert entry("&lt;script&gt;alert(1)&lt;/script&gt;<script>alert(2)</script> text").description == (
        "<script>alert(1)</script> text"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"plain words", "expected an HTML page"),
        (b'{"a": 1}', "found JSON"),
        (page_html("<p>Spain: text</p>").encode(), "found a page titled 'Example tracker'"),
        (page_html('<p>Home <a href="https://spam.example">pills</a></p>').encode(), "expected CLD's COVID-19 tracker"),
        (page_html(FIRST_PART).encode(), "found none in 0 paragraphs of a page titled 'Example tracker'"),
        (page_html(f"{FIRST_PART}<p>Words without a name.</p>").encode(), "found none in 1 paragraphs"),
        (page_html(f"{FIRST_PART}<p>Brazil: x</p>").replace("</html>", "").encode(), "cut off"),
        (page_html(f"{FIRST_PART}<p>Côte d’Ivoire: x</p>").encode("cp1252"), "is not utf-8 text"),
        (b"<div>" * 5000, "nests too deep"),
    ],
)
def test_a_document_of_another_kind_is_refused_in_one_line(content: bytes, words: str) -> None:
    assert words in refusal_of(parse, content)


@pytest.mark.parametrize(
    "filler", ["word ", "Word ", "W", "W-", "of ", "15 ", "UPDATE ", "UPDATE: ", "(", "<br>x", "<b>x</b>"]
)
@pytest.mark.parametrize("start", ["Brazil: ", ""])
def test_an_entry_of_a_megabyte_is_read_in_seconds(filler: str, start: str) -> None:
    many = 20_000 if "<" in filler else 1_000_000 // len(filler)  # the parser itself takes its time over tags
    with within(60):
        assert parsed(f"{FIRST_PART}<p>Chile: Text.</p><p>{start}{filler * many}</p>").entries


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<h2>", "</h2>", "<br>", "<li>", "<strong>", "</strong>", "<div hidden>", "<div>", "</div>"),
        *("<a href='//'>", "<a href='http://['>", "</a>", "<!--", "-->", "<script>", "<table><td>", "&#0;", "&nbsp;"),
        *(
            "Brazil",
            "Chile (",
            ")",
            ":",
            "UPDATE:",
            "Note:",
            "15 May",
            " to ",
            FIRST_HEADING,
            "\n",
            "\x00",
            "’",
            "مثال",
        ),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40), st.integers(0, 3000), st.integers(0, 40))
def test_a_damaged_page_is_read_or_refused_and_nothing_else(pieces: list[str], where: int, lost: int) -> None:
    whole = page_html(f"{FIRST_PART}<p>Brazil: Text of 15 May.</p><h2>Second</h2><p>Chile: Text.</p>")
    where = min(where, len(whole))
    damaged = whole[:where] + "".join(pieces) + whole[where + lost :]
    try:
        found = parse(Document("page.html", damaged.encode()))
    except CivicTrackerError:
        return
    assert found.entries
    locators = [one.locator for one in found.entries] + [one.locator for one in found.asides]
    assert len(set(locators)) == len(locators) == len(found)
    assert all(link.startswith(("http://", "https://")) for one in found.entries for link in one.links)
