"""The Democracy Tracker's pages: the three grammars, the home page, and the quirks of each."""

from collections.abc import Callable, Iterator

import pytest

from civic_tracker.adapters.idea.tracker import parse
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Parsed, RawEntry
from tests.adapters.checks import SYNTHETIC, html_page, read_of, refusal_of

TRACKER = "https://www.idea.int/democracytracker"
PAGES = (
    "idea_country_a_synthetic.html",
    "idea_country_b_synthetic.html",
    "idea_country_b_synthetic.txt",
    "idea_report_c_synthetic.html",
    "idea_node_synthetic.html",
    "idea_home_signed_synthetic.html",
    "idea_home_unsigned_synthetic.txt",
)


def page(name: str, url: str = "") -> Parsed:
    return parse(Document(name, (SYNTHETIC / name).read_bytes(), url))


def capture(text: str, url: str = "") -> Parsed:
    return parse(Document("capture.txt", text.encode(), url))


def html(body: str, head: str = "") -> bytes:
    return html_page(body, "Example page", head).encode()


def refusal(content: bytes, name: str = "page.html", url: str = "") -> str:
    return refusal_of(parse, content, name, url)


def titles(parsed: Parsed) -> list[str]:
    return [entry.title for entry in parsed.entries]


def first(parsed: Parsed) -> RawEntry:
    return parsed.entries[0]


def test_month_and_title_stand_on_one_line_in_the_older_country_page() -> None:
    parsed = page("idea_country_a_synthetic.html")
    assert [(entry.period, entry.title) for entry in parsed.entries] == [
        ("July 2023", "Example law on example subject proposed"),
        ("February 2023", "Example court rules on example clause"),
    ]
    assert {entry.country for entry in parsed.entries} == {"Kenya"}


def test_older_page_has_no_sources_and_that_is_no_remark() -> None:
    assert {(entry.links, entry.remarks) for entry in page("idea_country_a_synthetic.html").entries} == {((), ())}


def test_flag_printed_as_an_image_within_the_heading_is_a_flag() -> None:
    second = page("idea_country_a_synthetic.html").entries[1]
    assert (second.title, second.flags) == ("Example court rules on example clause", ("Watch flag",))


def test_paragraphs_of_a_body_stay_apart() -> None:
    body = page("idea_country_a_synthetic.html").entries[1].description
    assert body.split("\n\n")[1] == "A second paragraph names 5-6 March."


def test_dates_in_the_text_are_kept_as_written() -> None:
    parsed = page("idea_country_a_synthetic.html")
    assert first(parsed).dates_mentioned == ("21 July", "9 July")
    assert parsed.entries[1].dates_mentioned == ("24 February 2023", "5-6 March")


def test_profile_of_the_country_below_its_events_is_reported_as_not_read() -> None:
    parsed = page("idea_country_a_synthetic.html")
    assert parsed.remarks == ("not read below the last event: 2 line(s), from 'Kenya' on",)


def test_events_of_one_month_are_split_at_their_sources_and_not_at_months() -> None:
    parsed = page("idea_country_b_synthetic.html")
    assert [(entry.period, entry.title) for entry in parsed.entries] == [
        ("September 2024", "Example decree on example subject issued"),
        ("September 2024", "Example plan put forward"),
        ("August 2024", "Example election held"),
        ("August 2024", "Example order on example gatherings renewed"),
    ]


def test_month_printed_again_for_the_second_event_begins_no_third() -> None:
    assert len([entry for entry in page("idea_country_b_synthetic.html").entries if entry.period == "August 2024"]) == 2


def test_period_is_the_month_of_reporting_and_the_events_own_date_is_kept_apart() -> None:
    entry = first(page("idea_country_b_synthetic.html"))
    assert (entry.period, entry.dates_mentioned, entry.introduced) == ("September 2024", ("30 August",), "")


def test_watch_and_election_flags_follow_the_title() -> None:
    assert [entry.flags for entry in page("idea_country_b_synthetic.html").entries] == [
        (),
        ("Watch flag",),
        ("Election flag",),
        (),
    ]


def test_update_is_kept_apart_from_the_body_with_what_follows_it() -> None:
    entry = page("idea_country_b_synthetic.html").entries[1]
    assert entry.description == "An example plan was put forward on 16 September."
    assert entry.updates == (
        "Update: On 20 October 2024 the example plan was withdrawn.\n\nThe withdrawal takes effect on 1 November.",
    )


def test_two_updates_are_two() -> None:
    text = "Kenya - June 2025\nExample title\nExample body.\nUpdate: On 7 July one.\nUpdate: On 9 July two.\nSources: A"
    assert first(capture(text)).updates == ("Update: On 7 July one.", "Update: On 9 July two.")


def test_sources_are_addresses_and_their_names_may_run_together() -> None:
    entry = page("idea_country_b_synthetic.html").entries[1]
    assert entry.links == ("https://a.example.org/", "https://b.example.org/")
    assert entry.extra["sources"] == "Example WaveExample Defenders"


def test_only_web_addresses_become_links_and_idea_as_a_source_is_one() -> None:
    assert first(page("idea_country_b_synthetic.html")).links == (
        "https://news.example.org/one",
        "https://news.example.org/two",
        "https://www.idea.int/news/example",
    )


def test_country_page_as_plain_text_is_read() -> None:
    parsed = page("idea_country_b_synthetic.txt", "https://idea.int:443/democracytracker/country/papua-new-guinea")
    assert titles(parsed)[:2] == ["Example rule on example filings adopted", "Example measure awaits a vote"]
    assert parsed.entries[1].flags == ("Watch flag",)


def test_country_that_the_page_does_not_name_is_taken_from_its_address() -> None:
    entry = first(page("idea_country_b_synthetic.txt", f"{TRACKER}/country/trinidad-and-tobago"))
    assert entry.country == "Trinidad and Tobago"
    assert "the page names no country; this is the name in its address" in entry.remarks


def test_country_code_in_the_address_is_given_as_a_code() -> None:
    entry = first(page("idea_country_b_synthetic.txt", f"{TRACKER}/country-profile/MN"))
    assert (entry.country, entry.remarks) == ("MN", ("the page names no country; its address has this code",))


def test_without_name_and_address_the_country_is_empty_and_that_is_said() -> None:
    entry = first(page("idea_country_b_synthetic.txt"))
    assert (entry.country, entry.remarks) == ("", ("the page names no country, and its address is not known",))


def test_country_is_written_as_on_the_page_where_the_address_drops_words() -> None:
    text = f"Democratic Republic of the Congo\n{TRACKER}/\nJune 2024\nExample title\nExample body.\nSources: A"
    assert first(capture(text, f"{TRACKER}/country/democratic-republic-congo")).country == (
        "Democratic Republic of the Congo"
    )


def test_text_that_the_capture_cuts_short_is_kept_and_that_is_said() -> None:
    last = page("idea_country_b_synthetic.txt", f"{TRACKER}/country/kenya").entries[-1]
    assert last.description == "On 25 June an example commission beg"
    assert "no Sources line; the text may be cut off" in last.remarks


def test_flagged_title_without_text_is_kept_and_that_is_said() -> None:
    text = f"Kenya\n{TRACKER}/\nMarch 2024\nExample title\nExample body.\nSources: A\nExample plan\nWatch flag"
    last = capture(text).entries[-1]
    assert (last.title, last.flags) == ("Example plan", ("Watch flag",))
    assert "no text below the title" in last.remarks


def test_line_break_ends_a_line_as_a_paragraph_does() -> None:
    assert "\n\nA second line stands" in first(page("idea_country_b_synthetic.html")).description


def test_one_address_of_the_tracker_is_as_good_as_another() -> None:
    for host in ("idea.int", "www.idea.int", "idea.int:443"):
        parsed = page("idea_country_b_synthetic.txt", f"https://{host}/democracytracker/country/kenya")
        assert first(parsed).country == "Kenya"


def test_report_page_gives_country_month_and_key_of_each_event() -> None:
    parsed = page("idea_report_c_synthetic.html")
    assert [(entry.country, entry.period, entry.key) for entry in parsed.entries] == [
        ("Trinidad and Tobago", "March 2024", "9001"),
        ("Trinidad and Tobago", "March 2024", "9002"),
    ]


def test_address_of_an_event_is_spelt_one_way() -> None:
    assert first(page("idea_report_c_synthetic.html")).url == (
        f"{TRACKER}/report/trinidad-and-tobago/march-2024?pid=9001"
    )


def test_sources_as_a_list_are_read() -> None:
    entry = first(page("idea_report_c_synthetic.html"))
    assert entry.links == ("https://a.example.org/", "https://b.example.org/")
    assert entry.extra["sources"] == "Example Wave; Example Defenders"


def test_factors_become_tags_and_categories_do_not() -> None:
    entry = first(page("idea_report_c_synthetic.html"))
    assert entry.tags == ("Civil Liberties", "Freedom of Association and Assembly", "Civil Society")
    assert entry.extra["categories"] == "Rights -1; Participation -1"


def test_magnitude_that_the_categories_share_is_the_assessment() -> None:
    assert [entry.assessment for entry in page("idea_report_c_synthetic.html").entries] == ["-1", "0"]


def test_magnitudes_that_differ_are_all_kept() -> None:
    text = (
        "Kenya - June 2025\nExample title\nExample body.\nSources: A\nPrimary categories and factors\n"
        "Rights -1 Rights (-1)\nCivil Liberties\nRule of Law -2 Rule of Law (-2)\nJudicial Independence"
    )
    entry = first(capture(text))
    assert (entry.assessment, entry.extra["categories"]) == ("-1, -2", "Rights -1; Rule of Law -2")


def test_factor_that_is_not_on_the_list_is_reported_and_is_no_title() -> None:
    parsed = page("idea_report_c_synthetic.html")
    assert first(parsed).extra["unknown factors"] == "Example New Factor"
    assert titles(parsed) == ["Example law on example subject passed", "Example inquiry opened"]


def test_category_broken_over_lines_is_still_one() -> None:
    text = (
        "Kenya - June 2025\nExample title\nExample body.\nSources: A\nPrimary categories and factors\n"
        "Rights -1\nRights\n(-1)\nCivil Liberties\nSecondary categories and factors\nCivil Society"
    )
    entry = first(capture(text))
    assert (entry.assessment, entry.tags) == ("-1", ("Civil Liberties", "Civil Society"))


def test_address_of_a_page_with_one_event_gives_its_key() -> None:
    text = "Kenya - June 2025\nExample title\nExample body.\nSources : A\nSee all event reports for this country"
    entry = first(capture(text, "https://idea.int:443/democracytracker/report/kenya/june-2025?pid=8044"))
    assert (entry.key, entry.url) == ("8044", f"{TRACKER}/report/kenya/june-2025?pid=8044")


def test_address_with_a_key_is_not_given_to_one_of_several_events() -> None:
    text = "Kenya - June 2025\nOne title\nOne body.\nSources: A\nTwo title\nTwo body.\nSources: B"
    parsed = capture(text, f"{TRACKER}/report/kenya/june-2025?pid=8044")
    assert [entry.key for entry in parsed.entries] == ["", ""]
    assert parsed.remarks == ("the address names event 8044, but the page holds 2 events",)


def test_report_page_without_key_leaves_the_key_empty() -> None:
    text = "Kenya - June 2025\nExample title\nExample body.\nSources: A"
    assert first(capture(text, f"{TRACKER}/report/kenya/june-2025")).key == ""


def test_listing_of_nodes_gives_each_event_its_own_country() -> None:
    parsed = page("idea_node_synthetic.html")
    assert [(entry.country, entry.period, entry.title) for entry in parsed.entries] == [
        ("Kenya", "June 2025", "Example order issued"),
        ("Côte d'Ivoire", "May 2025", "Example register opened"),
        ("Côte d'Ivoire", "May 2025", "Example fee raised"),
    ]
    assert first(parsed).locator == "event 1 (Kenya, June 2025)"


def test_placeholder_of_the_page_makers_is_set_aside_wherever_it_stands() -> None:
    text = "Kenya - June 2025\nExample title\nExample body.\nSources: A\nMalaysia - May 2022\nTitle\nLorem ipsum dolor."
    parsed = capture(text)
    assert titles(parsed) == ["Example title"]
    assert [aside.locator for aside in parsed.asides] == ["event 2 (Malaysia, May 2022)"]


def test_signs_of_the_month_list_are_figures_as_printed() -> None:
    parsed = page("idea_home_signed_synthetic.html")
    assert [(found.country, found.value) for found in parsed.figures] == [
        ("UK", "+1"),
        ("Bolivia", "-1"),
        ("Côte d'Ivoire", "-2"),
    ]
    assert {(found.indicator, found.period) for found in parsed.figures} == {("country_month_score", "March 2024")}


def test_signs_of_the_march_2024_capture_are_read_as_text() -> None:
    text = "Positive and Negative Events in March 2024\n+1\nUK Arrow UK\n-2\nIsrael Arrow Israel\n*Assessments are"
    assert [(found.country, found.value) for found in capture(text).figures] == [("UK", "+1"), ("Israel", "-2")]


def test_names_without_a_sign_are_not_interpreted() -> None:
    parsed = page("idea_home_unsigned_synthetic.txt")
    assert {(found.indicator, found.value) for found in parsed.figures} == {("named_in_month_list", "listed")}
    assert [found.country for found in parsed.figures] == ["Brazil", "UK", "Afghanistan", "Ukraine", "Lebanon"]
    assert parsed.remarks == (
        "the list of October 2024 prints 5 names without a sign, in 3 alphabetical runs; their direction is not known: "
        "Brazil, UK, Afghanistan, Ukraine, Lebanon",
    )


def test_accents_do_not_break_an_alphabetical_run() -> None:
    text = "Positive and Negative Events in May 2024\nChad\nCôte d'Ivoire\nCyprus\n*Assessments are relative to each"
    assert "in 1 alphabetical runs" in capture(text).remarks[0]


@pytest.mark.parametrize("name", ["idea_home_signed_synthetic.html", "idea_home_unsigned_synthetic.txt"])
def test_placeholder_card_of_the_home_page_is_set_aside(name: str) -> None:
    (aside,) = [aside for aside in page(name).asides if not aside.locator.startswith("critical event")]
    assert aside.locator.startswith("card 'May 2022")
    assert "Lorem ipsum" in aside.reason


def test_excerpts_of_critical_events_are_set_aside_with_their_reason() -> None:
    parsed = page("idea_home_signed_synthetic.html")
    excerpts = [aside for aside in parsed.asides if aside.locator.startswith("critical event")]
    assert [aside.locator.rpartition(" • ")[2] for aside in excerpts] == ["Georgia", "Fiji"]
    assert all("without the event's title" in aside.reason for aside in excerpts)


def test_what_follows_the_last_critical_event_is_reported_as_not_read() -> None:
    assert page("idea_home_signed_synthetic.html").remarks == (
        "not read below the last critical event: 1 line(s), from 'Example notice of the site' on",
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (html("<h1>Example shop</h1><p>June sale</p>"), "found a page titled 'Example page'"),
        (html("<h2>June 2024</h2><p>A post</p><h2>May 2024</h2><p>Another</p>"), "found a page titled 'Example page'"),
        (html("<h2>June 2024</h2><p>A post</p>")[:-14], "is cut off"),
        (b"%PDF-1.7", "a PDF"),
        (b'{"a": 1}', "found text that begins"),
        ("<html><body>Côte d'Ivoire - June 2024</body></html>".encode("latin-1"), "is not utf-8 text"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal(content)


def test_page_of_another_site_is_refused_even_if_it_is_ordered_by_months() -> None:
    body = (
        "<h2>June 2024</h2><h3>A post</h3><p>Text.</p><p>Sources: Example</p>"
        "<a href='https://www.idea.int/democracytracker'>Tracker</a>"
    )
    assert "found a page titled" in refusal(html(body, '<link rel="canonical" href="https://blog.example.org/">'))
    assert "found a page titled" in refusal(html(body), url="https://www.idea.int/news")


def test_profile_without_events_is_refused() -> None:
    text = b"Kenya\nAn example profile of a country in two lines.\nIt reports no month."
    assert "found text that begins 'Kenya'" in refusal(text, "kenya.txt", f"{TRACKER}/country/kenya")


def test_home_page_with_nothing_below_its_headings_is_refused() -> None:
    assert "found nothing below" in refusal(html("<h2>Positive and Negative Events in March 2024</h2>"))


def test_deep_and_long_pages_are_read_in_time() -> None:
    deep = "<div>" * 400 + "Kenya - June 2025<p>Title</p><p>Body.</p><p>Sources: A</p>" + "</div>" * 400
    assert titles(parse(Document("deep.html", html(deep)))) == ["Title"]
    labels = "Kenya - June 2025\nTitle\n" + "Primary categories and factors\n" * 20_000 + "Sources:\n" * 20_000
    assert titles(capture(labels)) == ["Title"]


@pytest.mark.parametrize("name", PAGES)
def test_damage_never_ends_in_another_error(name: str, damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(parse, damaged((SYNTHETIC / name).read_bytes()), name, f"{TRACKER}/country/kenya"):
        assert len({entry.locator for entry in parsed.entries}) == len(parsed.entries)


@pytest.mark.parametrize(
    "href", ["http://[", "http://a:99999/", "//", "http://", "mailto:a@b", "data:text/html,x", "x" * 5000]
)
def test_strange_addresses_do_no_harm(href: str) -> None:
    body = f"<h2>Kenya - June 2025</h2><h3>Title</h3><p>Body.</p><p>Sources: <a href='{href}'>A</a></p>"
    entry = first(parse(Document("page.html", html(body))))
    assert all(link.startswith(("http://", "https://")) for link in entry.links)
