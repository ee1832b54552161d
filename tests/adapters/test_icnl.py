"""The ICNL adapter reads both layouts of the page, whatever order its labels have, and drops nothing in silence."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic_tracker.adapters.icnl.page import TRACKER_URL, parse
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.errors import CivicTrackerError
from tests.adapters.checks import SYNTHETIC, html_page, refusal_of
from tests.support.effort import within

LABELS = (
    '<span class="date">Introduced 8 Jan 2021</span> '
    '<span class="issue">Issue(s): Assembly, Movement</span> <span class="order">Type: order</span>'
)
CITED = '(See primary source or citation <a href="https://example.org/source">here</a>)'


def entry_html(
    *,
    country: str = '<div class="entrypretitle">Kenya</div>',
    title: str = "Example decree 12/2020 on example subject",
    text: str = f"<p>An example text. {CITED}</p>",
    labels: str = LABELS,
) -> str:
    end = '<a href="#map">return to map</a>'
    return f'<div class="entry">{country}<h3>{title}</h3>{text}{labels}{end}</div>'


def page_html(*entries: str) -> str:
    return html_page(f'<div id="entries">{"".join(entries)}</div>')


def parsed(html: str, url: str = "") -> Parsed:
    return parse(Document("page.html", html.encode(), url=url))


def entry(url: str = "", **parts: str) -> RawEntry:
    (only,) = parsed(page_html(entry_html(**parts)), url).entries
    return only


def dated(text: str) -> RawEntry:
    return entry(labels=LABELS.replace("Introduced 8 Jan 2021", text))


def test_the_page_of_spring_2020_with_bare_values_under_h6() -> None:
    albania, angola, kenya = parse(read_file(SYNTHETIC / "icnl_spring_2020_synthetic.html")).entries
    assert albania == RawEntry(
        locator="entry 1",
        country="Albania",
        title="Example normative act on example subject",
        description="The example act sets example fines.",
        type="order",
        tags=("Assembly",),
        introduced="15 Mar 2020",
        links=("https://example.org/albania?a=1&b=2",),
        url=TRACKER_URL,
    )
    assert (angola.type, angola.introduced, angola.tags) == ("order", "27 Mar 2020", ("Assembly", "Emergency"))
    assert (kenya.type, kenya.introduced, kenya.tags) == ("law", "3 Apr 2020", ("Disinformation", "Expression"))


def test_the_page_of_2021_with_labels_inside_the_spans() -> None:
    brazil, ghana, nepal = parse(read_file(SYNTHETIC / "icnl_2021_synthetic.html")).entries
    assert brazil == RawEntry(
        locator="entry 1",
        country="Brazil",
        title="Example measure 3/2021 on example subject",
        description="The example measure limits example meetings.",
        type="order",
        tags=("Assembly", "Movement"),
        introduced="8 Jan 2021",
        ending="Expires 31 December 2021",
        links=("https://example.org/brazil",),
        url=TRACKER_URL,
    )
    assert (ghana.type, ghana.introduced, ghana.ending) == ("law", "21 Jul 2021", "Expires 8/4/21")
    assert ghana.description == "The example law sets example rules."
    assert nepal.type == "practice"


def test_both_text_orders_say_the_same() -> None:
    first = "<h6>Type: order</h6><h6>Date Introduced: 15 Mar 2020</h6><h6>Issue(s): Assembly</h6>"
    later = "<div>Introduced 15 Mar 2020</div><div>Issue(s): Assembly</div><div>Type: order</div>"
    one_line = "<p>Introduced 15 Mar 2020 Issue(s): Assembly Type: order</p>"
    assert entry(labels=first) == entry(labels=later) == entry(labels=one_line)
    assert entry(labels=first).introduced == "15 Mar 2020"


@pytest.mark.parametrize(
    "ending",
    [
        "Ongoing",
        "Expires 31 December 2021",
        "Expires 8/4/21",
        "Expires 7/16/2021 (Example City) and 7/22/2021 (Example County)",
        "Lifted on 9/1/20",
        "Extended and expanded on 6 April 2020",
        "Rewritten by example rule 5",
    ],
)
@pytest.mark.parametrize("place", ["in the span", "behind the span", "on the next line", "in a span of its own"])
def test_what_follows_the_date_is_kept_as_the_ending(ending: str, place: str) -> None:
    span = {
        "in the span": f'<span class="date">Introduced 21 Jul 2020 {ending}</span>',
        "behind the span": f'<span class="date">Introduced 21 Jul 2020</span>; {ending}',
        "on the next line": f'<span class="date">Introduced 21 Jul 2020</span><br>{ending}',
        "in a span of its own": f'<span class="date">Introduced 21 Jul 2020</span><span class="x">{ending}</span>',
    }[place]
    found = entry(labels=f'{span}<span class="issue">Issue(s): Movement</span><span class="order">order</span>')
    assert (found.introduced, found.ending) == ("21 Jul 2020", ending)
    assert (found.tags, found.type) == (("Movement",), "order")


def test_a_label_glued_to_the_citation_is_found() -> None:
    glued = entry(text=f"<p>An example text. {CITED}{LABELS}</p>", labels="")
    assert glued.introduced == "8 Jan 2021"
    assert glued.description == "An example text."
    assert glued.links == ("https://example.org/source",)
    bare = entry(text="<p>An example text. (See primary source or citation here)Introduced 23 Mar 2020</p>", labels="")
    assert (bare.introduced, bare.description) == ("23 Mar 2020", "An example text.")


def test_a_citation_broken_before_its_bracket_is_found() -> None:
    broken = '<p>An example text. (See primary source or citation <a href="https://example.org/x">here</a><br>)'
    found = entry(text=f"{broken}Introduced 26 Apr 2020<br>Issue(s): Movement<br>Type: law</p>", labels="")
    assert (found.introduced, found.tags, found.type) == ("26 Apr 2020", ("Movement",), "law")
    assert found.description == "An example text."
    assert found.links == ("https://example.org/x",)


# The quirks of the page, one by one.


def test_quirk_1_exact_duplicates_stay_separate_entries() -> None:
    first, second = parsed(page_html(entry_html(), entry_html())).entries
    assert (first.locator, second.locator) == ("entry 1", "entry 2")
    assert first.title == second.title


def test_quirk_2_the_same_title_may_name_different_measures() -> None:
    later = entry_html(labels=LABELS.replace("8 Jan 2021", "9 Jan 2021"))
    assert [one.introduced for one in parsed(page_html(entry_html(), later)).entries] == ["8 Jan 2021", "9 Jan 2021"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Example decree</h3><h3>مرسوم مثال", f"<p>An example text. {CITED}</p><p>نص مثال قصير</p>"),
        ("Example decree مرسوم مثال", f"<p>An example text. {CITED}<br>نص مثال قصير</p>"),
        ("مرسوم مثال<br>Example decree", f"<p>نص مثال قصير</p><p>An example text. {CITED}</p>"),
        ("Example decree<br>مرسوم مثال", f"<p>An example text. {CITED}</p>"),
    ],
)
def test_quirk_3_the_arabic_twin_text_is_set_aside(title: str, text: str) -> None:
    country = '<div class="entrypretitle">Jordan</div><div class="entrypretitle">الأردن</div>'
    found = entry(country=country, title=title, text=text)
    assert (found.country, found.title, found.description) == ("Jordan", "Example decree", "An example text.")
    assert found.links == ("https://example.org/source",)
    assert "text in another script was set aside" in found.remarks
    assert found.extra["title in another script"] == "مرسوم مثال"
    assert found.extra["country in another script"] == "الأردن"


def test_quirk_3_an_arabic_term_within_a_sentence_stays() -> None:
    text = "The example order (حظر) ends; it is called an example “منع” too."
    assert entry(text=f"<p>{text}</p>").description == text


def test_quirk_3_a_title_in_arabic_only_is_kept() -> None:
    found = entry(title="مرسوم مثال")
    assert found.title == "مرسوم مثال"
    assert "the title is in another script only" in found.remarks


def test_quirk_4_mojibake_twin_text_is_set_aside_and_not_repaired() -> None:
    misread = "مرسوم مثال".encode().decode("cp1252", errors="replace").replace("\ufffd", "\x81")
    found = entry(title=f"Example decree {misread} مثال")
    assert found.title == "Example decree"
    assert found.extra["title in another script"].startswith("Ù…Ø±")
    assert found.extra["title in another script"].endswith("مثال")
    assert "text in another script was set aside" in found.remarks


def test_quirk_4_letters_of_northern_names_are_no_mojibake() -> None:
    assert entry(title="Example rule of Østfold and ØRSTA Ålesund").title == "Example rule of Østfold and ØRSTA Ålesund"


def test_quirk_5_a_missing_issue_line_is_a_remark() -> None:
    found = entry(labels='<span class="date">Introduced 5 May 2020</span> <span class="law">Type: law</span>')
    assert (found.tags, found.introduced, found.type) == ((), "5 May 2020", "law")
    assert found.remarks == ("no issues",)


def test_quirk_5_a_missing_citation_is_a_remark() -> None:
    found = entry(text="<p>An example text.</p>")
    assert found.links == ()
    assert found.remarks == ("no citation link",)


def test_quirk_5_a_missing_country_line_is_a_remark() -> None:
    found = entry(country="")
    assert found.country == ""
    assert found.remarks == ("no country",)


def test_quirk_5_a_missing_date_is_a_remark() -> None:
    undated = entry_html(labels=LABELS.replace("Introduced 8 Jan 2021", ""))
    first, second = parsed(page_html(entry_html(), undated)).entries
    assert (first.remarks, second.introduced, second.remarks) == ((), "", ("no date",))


def test_quirk_5_truncated_text_is_kept_as_far_as_it_goes() -> None:
    html = page_html(entry_html(), entry_html(text="<p>An example text that bre", labels="", title="Example act"))
    cut_off = parsed(html).entries[1]
    assert cut_off.description == "An example text that bre"
    assert cut_off.remarks == ("no citation link", "no type", "no date", "no issues")


def test_quirk_6_quotes_blanks_and_accents_are_as_published() -> None:
    text = f"<p>The “example”&nbsp;rule, called 'exemple' or \"example\" in Østfold &amp; Orléans.   \n{CITED}</p>"
    found = entry(text=text, title="Décret d’exemple")
    assert found.description == "The “example” rule, called 'exemple' or \"example\" in Østfold & Orléans."
    assert found.title == "Décret d’exemple"


def test_quirk_6_ampersands_in_links_are_read() -> None:
    text = '<p>Text (See primary source or citation <a href="https://example.org/?a=1&amp;b=2">here</a>)</p>'
    assert entry(text=text).links == ("https://example.org/?a=1&b=2",)


def test_quirk_7_a_place_stays_in_the_title() -> None:
    found = entry(title="Example State: example order")
    assert (found.country, found.place, found.title) == ("Kenya", "", "Example State: example order")


def test_quirk_8_an_entry_for_many_acts_stays_one_entry() -> None:
    assert len(parsed(page_html(entry_html(title="Example orders in all 50 example states"))).entries) == 1


def test_quirk_9_dates_in_the_text_do_not_replace_the_date_introduced() -> None:
    found = entry(text=f"<p>In force from 20 March 2020; introduced 21 March 2020 as a draft. {CITED}</p>")
    assert found.introduced == "8 Jan 2021"
    assert found.description == "In force from 20 March 2020; introduced 21 March 2020 as a draft."


@pytest.mark.parametrize(
    "name", ["Eswatini/Swaziland", "Cote d'Ivoire", "Guinea Bissau", "The Gambia", "Côte d’Ivoire"]
)
def test_quirk_10_country_names_are_as_written(name: str) -> None:
    assert entry(country=f'<div class="entrypretitle"> {name}\n</div>').country == name


def test_quirk_11_nothing_is_mined_from_the_description() -> None:
    found = entry(text=f"<p>The minister of example affairs signed example order 5 in Example City. {CITED}</p>")
    assert (found.place, found.instrument_name, found.dates_mentioned, dict(found.extra)) == ("", "", (), {})


@pytest.mark.parametrize("type_", ["order", "law", "regulation", "policy", "practice"])
def test_every_type_is_read_from_class_or_label(type_: str) -> None:
    before = '<span class="date">Introduced 5 May 2020</span><span class="issue">Issue(s): Movement</span>'
    for markup in (f'<span class="{type_}">{type_}</span>', f"<span>Type: {type_}</span>", f"<p>Type: {type_}</p>"):
        assert entry(labels=before + markup).type == type_
    empty = entry(labels=f'{before}<span class="{type_}"></span>')
    assert (empty.type, empty.remarks) == (type_, ("the type is taken from the class of its markup",))


def test_a_type_that_differs_from_its_markup_is_a_remark() -> None:
    found = entry(labels=LABELS.replace("Type: order", "Type: law"))
    assert (found.type, found.remarks) == ("law", ("the type reads 'law' and is marked up as 'order'",))


def test_a_new_type_passes_through_as_written() -> None:
    assert entry(labels=LABELS.replace('"order">Type: order', '"guideline">Type: guideline')).type == "guideline"
    assert entry(labels=LABELS.replace('"order">Type: order', '"guideline">guideline')).type == "guideline"


def test_a_new_issue_passes_through_as_written() -> None:
    assert entry(labels=LABELS.replace("Assembly, Movement", "Assembly,New Issue , ")).tags == ("Assembly", "New Issue")


def test_the_citation_is_the_last_link_before_the_labels() -> None:
    text = f'<p><a href="https://example.org/other">Other</a> text <a href="#note">1</a> {CITED}</p>'
    found = entry(text=text, labels=f'{LABELS}<a href="https://example.org/after">after</a>')
    assert found.links == ("https://example.org/source",)
    assert found.extra["other links"] == "https://example.org/other"
    assert found.extra["links after the labels"] == "https://example.org/after"


def test_a_citation_broken_over_two_lines_is_one_link() -> None:
    found = entry(text='<p>Text (See primary source or citation <a href="https://example.org/x">he<br>re</a>)</p>')
    assert (found.links, dict(found.extra)) == (("https://example.org/x",), {})


def test_return_to_map_is_no_citation() -> None:
    back = '<a href="https://www.icnl.org/covid19tracker/?map">return to map</a>'
    found = entry(text="<p>An example text.</p>", labels=f"{back}{LABELS}")
    assert (found.links, found.description) == ((), "An example text.")


def test_relative_links_are_resolved_against_the_page() -> None:
    text = '<p>Text <a href="covid19uploads/Example Act.pdf">here</a></p>'
    assert entry(text=text).links == ("https://www.icnl.org/covid19tracker/covid19uploads/Example%20Act.pdf",)
    elsewhere = entry(url="https://example.org/copy/", text=text)
    assert elsewhere.links == ("https://example.org/copy/covid19uploads/Example%20Act.pdf",)
    assert elsewhere.url == "https://example.org/copy/"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "mailto:a@example.org", "http://[", "http:"]
)
def test_only_web_addresses_become_links(href: str) -> None:
    found = entry(text=f'<p>Text <a href="{href}">here</a></p>', url="https://example.org/")
    assert all(link.startswith("https://example.org/") for link in found.links)
    if href != "http:":
        assert found.links == ()
        assert found.extra["citation that is no web address"] == href


def test_markup_in_a_title_is_text_and_a_script_is_set_aside() -> None:
    found = entry(title="&lt;script&gt;alert(1)&lt;/script&gt; Example<script>alert(2)</script>")
    assert found.title == "<script>alert(1)</script> Example"
    assert found.extra["markup that is no text"] == "alert(2)"
    assert "a script element was set aside" in found.remarks


def test_text_that_no_field_takes_is_reported() -> None:
    found = entry(labels=f"{LABELS}<div>Example remainder</div>")
    assert found.extra["other text"] == "Example remainder"
    page = parsed(page_html(entry_html(), "<div>No more example entries</div>"))
    assert page.remarks == ("the list holds text that belongs to no entry: 'No more example entries'",)


def test_a_label_that_occurs_twice_is_reported() -> None:
    found = entry(text="<p>Type: of example<br>more text</p>")
    assert (found.type, found.extra["type (again)"]) == ("order", "of example")


def test_a_date_of_unknown_form_is_kept_and_reported() -> None:
    odd = entry_html(labels=LABELS.replace("Introduced 8 Jan 2021", "Introduced: in spring"))
    found = parsed(page_html(entry_html(), odd)).entries[1]
    assert found.introduced == "in spring"
    assert found.remarks == ("the date of introduction has no known form",)


def test_entries_without_the_known_container_are_found_by_title_and_date() -> None:
    block = entry_html().replace(' class="entry"', "")
    found = parse(Document("page.html", f"<html><body><div>{block}{block}</div></body></html>".encode())).entries
    assert [(one.country, one.introduced) for one in found] == [("Kenya", "8 Jan 2021")] * 2


def test_the_scrapers_copy_is_read_and_says_that_it_is_a_copy() -> None:
    record = {
        "country": "Angola",
        "title": "Example decree",
        "description": "Text. (See primary source or citation here)",
        "type": "order",
        "date": "27 Mar 2020",
        "issue": "Assembly, Emergency",
    }
    (found,) = parse(Document("copy.json", json.dumps([[{"table": [record]}]]).encode())).entries
    assert found == RawEntry(
        locator="entry 1",
        country="Angola",
        title="Example decree",
        description="Text.",
        type="order",
        tags=("Assembly", "Emergency"),
        introduced="27 Mar 2020",
        url=TRACKER_URL,
        evidence="copy",
        reported_by="a public scraper of the page",
    )


def test_the_real_sample_of_april_2020(recordings: Path) -> None:
    sample = recordings / "icnl" / "chrismichael_civicfreedomtracker_2020-04-17_sample.json"
    if not sample.exists():
        pytest.skip(f"no {sample.name} among the recordings")
    found = parse(read_file(sample)).entries
    assert [one.country for one in found] == ["Albania", "Algeria", "Angola", "Argentina"]
    assert [one.introduced for one in found] == ["15 Mar 2020", "17 Mar 2020", "27 Mar 2020", "19 Mar 2020"]
    assert found[2].tags == ("Assembly", "Emergency")
    assert {one.type for one in found} == {"order"}
    assert {one.evidence for one in found} == {"copy"}
    assert not [one.description for one in found if "citation here" in one.description]
    assert not [one.remarks for one in found if one.remarks]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"plain words", "expected an HTML page"),
        (b"%PDF-1.7", "binary file"),
        (page_html().encode(), "found a page titled 'Example tracker'"),
        (b"<html><title>Another site</title><h3>News</h3><p>Words</p></html>", "found a page titled 'Another site'"),
        (page_html(entry_html()).replace("</html>", "").encode(), "cut off"),
        (page_html(entry_html(title="Décret")).encode("latin-1"), "is not utf-8 text"),
        (page_html(entry_html(labels=""), entry_html(labels="")).encode(), "of which 2 have none"),
        (page_html(f'<div class="entry">{entry_html()}</div>').encode(), "one inside entry 1"),
        (page_html(entry_html()).replace("Example tracker", "US Protest Law Tracker").encode(), "US Protest Law"),
        (b"<div>" * 5000, "nests too deep"),
        (b"[]", "expected a 'table'"),
        (b'{"tables": []}', "found an object with tables"),
        (b'[[{"table": [{"country": "Kenya"}]}]]', "expected country, title and date in entry 1"),
        (b'[{"table": [{"country": "Kenya", "title": 5, "date": ""}]}]', "expected text in 'title' of entry 1"),
        (b'[{"table": [{"country": "Kenya", "title": "\\ud800", "date": ""}]}]', "half a character"),
    ],
)
def test_a_document_of_another_kind_is_refused_in_one_line(content: bytes, words: str) -> None:
    assert words in refusal_of(parse, content)


@pytest.mark.parametrize("filler", ["word ", "مثال ", " ", "(See ", "Introduced ", "Type:", "<br>x", "<b>x</b>"])
def test_an_entry_of_a_megabyte_is_read_in_seconds(filler: str) -> None:
    many = 20_000 if "<" in filler else 1_000_000 // len(filler.encode())  # the parser itself takes its time over tags
    with within(60):
        found = entry(text=f"<p>An example text. {filler * many}</p>")
    assert found.introduced == "8 Jan 2021"


PIECES = st.sampled_from(
    [
        *(
            "<div class='entry'>",
            "</div>",
            "<div id='entries'>",
            "<h3>",
            "</h3>",
            "<h6>",
            "<p>",
            "</p>",
            "<br>",
            "<span>",
        ),
        *("<span class='date'>", "<span class='issue'>", "<span class='order'>", "</span>", "<a href='//'>", "</a>"),
        *(
            "<div class='entrypretitle'>",
            "<a href='http://['>",
            "<!--",
            "-->",
            "<script>",
            "<![CDATA[",
            "&#0;",
            "&amp;",
        ),
        *(
            "Introduced ",
            "8 Jan 2021",
            "Date Introduced:",
            "Issue(s):",
            "Type:",
            "order",
            "return to map",
            "مثال",
            "Ø§Ù",
        ),
        *("(See primary source or citation here", ")", "Kenya", "\n", "\x00", "\ufeff", "[", "{", '"table"'),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40), st.integers(0, 3000), st.integers(0, 40))
def test_a_damaged_page_is_read_or_refused_and_nothing_else(pieces: list[str], where: int, lost: int) -> None:
    whole = page_html(entry_html(), entry_html(country="", title="Example act"))
    where = min(where, len(whole))
    damaged = whole[:where] + "".join(pieces) + whole[where + lost :]
    try:
        found = parsed(damaged)
    except CivicTrackerError:
        return
    assert found.entries
    assert all(link.startswith(("http://", "https://")) for one in found.entries for link in one.links)


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4)))
def test_any_json_is_read_or_refused(value: object) -> None:
    with pytest.raises(CivicTrackerError):
        parse(Document("copy.json", json.dumps([{"table": value}]).encode()))
