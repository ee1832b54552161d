"""The Atom feed of what changed: by RFC 4287, the same bytes for the same history, and hostile titles leave nothing."""

import importlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from civic_tracker.building.history import changes_of_figures, changes_of_measures, first_load
from civic_tracker.errors import UsageError
from civic_tracker.model.changes import Change, Kind
from civic_tracker.model.schema import Record
from civic_tracker.publish.atom import atom_feed
from civic_tracker.words.labels import LABELS
from civic_tracker.words.languages import available, language
from tests.support.examples import a_compiled_measure, a_measure, an_observation

etree: Any = importlib.import_module("lxml.etree")

DAY = date(2026, 11, 20)
PAGE = "https://example.org/en/kenya.html"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What RFC 4287 asks of a feed like ours, in our words: sections 3.2, 4.1.1, 4.1.2 and 4.2.
SCHEMA = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed"><interleave>
    <ref name="id"/> <ref name="title"/> <ref name="updated"/> <ref name="links"/>
    <element name="subtitle"><ref name="words"/></element>
    <element name="author"><element name="name"><text/></element></element>
    <zeroOrMore><element name="entry"><interleave>
      <ref name="id"/> <ref name="title"/> <ref name="updated"/> <ref name="links"/>
      <element name="summary"><ref name="words"/></element>
      <element name="category"><attribute name="term"><data type="token"/></attribute>
        <attribute name="label"/><ref name="language"/></element>
    </interleave></element></zeroOrMore>
  </interleave></element></start>
  <define name="id"><element name="id"><data type="anyURI"><param name="pattern">urn:uuid:[0-9a-f-]{36}</param></data>
    </element></define>
  <define name="title"><element name="title"><ref name="words"/></element></define>
  <define name="words"><optional><ref name="language"/></optional><text/></define>
  <define name="language"><attribute name="xml:lang"><data type="language"/></attribute></define>
  <define name="updated"><element name="updated"><data type="dateTime"><param name="pattern">.*Z</param></data>
    </element></define>
  <define name="links"><oneOrMore><element name="link">
    <attribute name="rel"><choice><value>self</value><value>alternate</value></choice></attribute>
    <attribute name="type"/>
    <attribute name="href"><data type="anyURI"><param name="minLength">1</param></data></attribute>
  </element></oneOrMore></define>
</grammar>
"""
VALID = etree.RelaxNG(etree.fromstring(SCHEMA))


def a_change(kind: Kind = "changed", **changes: Any) -> Change:
    fields: dict[str, Any] = {
        "day": DAY,
        "source": "icnl",
        "country": "KEN",
        "kind": kind,
        "id": "icnl-KEN-0123456789",
        "title": "Example order on gatherings",
    }
    if kind == "changed":
        fields |= {"field": "ends", "before": "2020-05", "after": "2020-06-30"}
    return Change.model_validate(fields | changes)


def feed_of(changes: Sequence[Change], code: str = "en", **options: Any) -> bytes:
    given: dict[str, Any] = {"title": "What changed", "page": PAGE, "address": "https://example.org/en/kenya.atom"}
    given["page_of"] = lambda record: f"https://example.org/{record}.html"
    return atom_feed(changes, say=language(code), **given | options)


def read(feed: bytes) -> Any:
    root = etree.fromstring(feed)
    VALID.assertValid(root)
    return root


def texts(feed: bytes, path: str) -> list[str]:
    return [str(one) for one in read(feed).xpath(path, namespaces=ATOM)]


def titles(feed: bytes) -> list[str]:
    return texts(feed, "//a:entry/a:title/text()")


def summary(feed: bytes) -> str:
    return texts(feed, "//a:entry/a:summary/text()")[0]


def test_an_entry_says_what_changed_where_and_who_is_the_source() -> None:
    feed = feed_of([a_change()])
    assert titles(feed) == ["Changed by the publisher: Example order on gatherings"]
    assert summary(feed) == "Kenya. Recorded end: now “30 June 2020”, before “May 2020”. Source: ICNL."
    assert texts(feed, "//a:entry/a:link/@href") == ["https://example.org/icnl-KEN-0123456789.html"]


def test_the_fields_of_a_record_that_changed_on_one_day_are_one_entry() -> None:
    liberties = a_change(field="liberties", before="", after="assembly, movement")
    feed = feed_of([a_change(), liberties, a_change(day=date(2026, 11, 21))])
    assert len(titles(feed)) == 2
    told = texts(feed, "//a:entry/a:summary/text()")[1]
    assert "before “May 2020”. Freedoms: now “Peaceful assembly and Movement”, before empty." in told


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (a_change(field="title", before="Old", after=""), "Title: now empty, before “Old”."),
        (
            a_change(field="effect", before="unclear", after="restricts"),
            "Effect: now “Restricts”, before “Effect not stated”.",
        ),
        (a_change(field="effect_basis", before="none", after="inferred"), "now “inferred from the title”"),
        (a_change(field="may_have_ended", before="False", after="True"), "May have ended: now “yes”, before “no”."),
        (a_change(field="language", before="en", after="fr"), "now “French”, before “English”"),
        (a_change(field="history", before="kind='ended'", after="kind='other'"), "Later steps: changed."),
        (a_change(field="ends", before="soon", after="2020"), "now “2020”, before “soon”"),
        (a_change(field="liberties", before="assembly", after="of an older table"), "now “of an older table”"),
        (a_change(field="field_of_an_older_schema", before="a", after="b"), "field_of_an_older_schema: now “b”"),
    ],
)
def test_values_are_in_words_as_far_as_they_are_known(change: Change, words: str) -> None:
    assert words in summary(feed_of([change]))


def test_a_publishers_running_text_is_said_to_have_changed_and_not_cited() -> None:
    before, after = a_measure(description="First words"), a_measure(description="Other words")
    feed = feed_of(changes_of_measures([before], [after], day=DAY, new_documents=True))
    assert "Publisher's text: changed." in summary(feed)
    assert b"Other words" not in feed


def test_every_field_of_a_measure_that_can_change_has_a_label() -> None:
    unlabelled = Record.model_fields.keys() - LABELS.keys()
    assert not unlabelled


def test_our_own_new_reading_is_named_as_ours() -> None:
    before, after = a_measure(effect="unclear"), a_measure(effect="restricts")
    feed = feed_of(changes_of_measures([before], [after], day=DAY, new_documents=False))
    assert titles(feed) == ["Read differently by this project: Example order on gatherings"]


def test_a_record_no_longer_listed_is_not_called_ended() -> None:
    feed = feed_of(changes_of_measures([a_measure()], [], day=DAY, new_documents=True))
    assert "That does not say that the measure ended. Who says so: ICNL." in summary(feed)


def test_a_starter_fact_is_never_told_as_the_trackers_statement() -> None:
    fact = a_measure(evidence="second_hand", stated_by="ICNL, cited by OGP", source_record="starter/icnl.csv row 1")
    replaced = feed_of(changes_of_measures([fact], [], day=DAY, new_documents=True))
    assert "Who says so: ICNL, cited by OGP (not confirmed on a tracker's page)." in summary(replaced)
    compiled = a_compiled_measure()
    appeared = changes_of_measures([], [compiled], day=DAY, new_documents=True)
    told = summary(feed_of(appeared, records={compiled.id: compiled}))
    assert "example.org (not confirmed on a tracker's page)" in told


def test_a_record_of_the_history_that_the_schema_no_longer_reads_is_told_without_its_author() -> None:
    told = summary(feed_of([a_change("withdrawn", record={"stated_by": "ICNL", "a_former_field": 1})]))
    assert "Who says so" not in told
    assert "Source: ICNL." in told


def test_figures_and_first_loads_stand_in_the_feed_for_all_only() -> None:
    counted = changes_of_figures("idea_gsod", [], [an_observation()], day=DAY)
    history = [a_change(), *counted, first_load("coronanet", 1200, 0, day=DAY)]
    everything = feed_of(history)
    assert "Figures changed: IDEA GSoD v7" in titles(everything)
    assert "Figures: 1 new, 0 changed, 0 gone. Source: IDEA GSoD." in texts(everything, "//a:summary/text()")
    assert "Records: 1,200; figures: 0. Source: CoronaNet." in texts(everything, "//a:summary/text()")
    assert PAGE in texts(everything, "//a:entry/a:link/@href")
    assert titles(feed_of(history, country="KEN")) == ["Changed by the publisher: Example order on gatherings"]


def test_a_feed_holds_one_country_where_one_is_asked_for() -> None:
    peru = a_change(country="PER", id="icnl-PER-0123456789", title="Example decree")
    assert titles(feed_of([a_change(), peru], country="PER")) == ["Changed by the publisher: Example decree"]


def test_the_newest_are_kept_and_the_feed_says_that_there_are_more() -> None:
    history = [a_change(day=date(2026, 1, day), id=f"icnl-KEN-{day}") for day in range(1, 21)]
    feed = feed_of(history, most=3)
    days = texts(feed, "//a:entry/a:updated/text()")
    assert days == ["2026-01-20T00:00:00Z", "2026-01-19T00:00:00Z", "2026-01-18T00:00:00Z"]
    assert texts(feed, "/a:feed/a:updated/text()") == days[:1]
    assert texts(feed, "/a:feed/a:subtitle/text()") == ["The newest 3 of 20 entries."]


def test_a_feed_without_entries_is_valid_and_does_not_ask_the_clock() -> None:
    feed = feed_of([])
    assert texts(feed, "/a:feed/a:updated/text()") == ["1970-01-01T00:00:00Z"]
    assert texts(feed, "/a:feed/a:subtitle/text()") == ["No change is recorded yet."]


def test_the_order_of_records_does_not_change_a_byte() -> None:
    history = [a_change(id=f"icnl-KEN-{number}", day=date(2026, 11, 1 + number % 3)) for number in range(9)]
    assert feed_of(history) == feed_of(history[::-1])


def test_ids_are_unique_and_stay_when_the_site_moves_or_the_history_grows() -> None:
    history = [a_change(), a_change("reread"), a_change("appeared", id="icnl-KEN-2"), first_load("icnl", 1, 0, day=DAY)]
    here = texts(feed_of(history), "//a:id/text()")
    assert len(set(here)) == len(here) == 5
    moved = feed_of(history, page="index.html", address="feed.atom", page_of=lambda _: "record.html")
    assert texts(moved, "//a:id/text()") == here
    later = feed_of([*history, a_change(day=date(2026, 11, 30))])
    assert set(here) < set(texts(later, "//a:id/text()"))
    assert not set(here) & set(texts(feed_of(history, "fr"), "//a:id/text()"))
    assert texts(feed_of([], country="KEN"), "//a:id/text()") != texts(feed_of([], country="PER"), "//a:id/text()")


@pytest.mark.parametrize("code", available())
def test_our_words_name_their_language_and_a_publishers_title_does_not(code: str) -> None:
    root = read(feed_of([a_change()], code))
    assert root.get(XML_LANG) is None
    assert root.find("a:entry/a:title", ATOM).get(XML_LANG) is None
    ours = ("a:title", "a:subtitle", "a:entry/a:summary", "a:entry/a:category")
    assert [root.find(path, ATOM).get(XML_LANG) for path in ours] == [code] * 4


def test_the_words_are_in_the_language() -> None:
    assert titles(feed_of([a_change()], "fr")) == ["Modifié par l’éditeur\u00a0: Example order on gatherings"]
    assert "ahora «30 de junio de 2020», antes «mayo de 2020»" in summary(feed_of([a_change()], "es"))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("]]> &amp; <![CDATA[x", "]]> &amp; <![CDATA[x"),
        ("a\x00b\x08\x1b\x85\ufffe\ud800c", "a b c"),
        ("order \u202edaeh no\u202c \u2066x\u2069", "order daeh no x"),
        ("line\r\nbreak\ttab", "line break tab"),
        ("قانون الطوارئ", "قانون الطوارئ"),
    ],
)
def test_a_hostile_title_is_text_and_nothing_else(title: str, shown: str) -> None:
    changed = a_change().model_copy(update={"title": title, "field": "title", "before": title, "after": title + "!"})
    feed = feed_of([changed], title=title)
    assert titles(feed) == [f"Changed by the publisher: {shown}"]
    assert f"before “{shown}”" in summary(feed)
    assert not read(feed).xpath("//*[local-name() = 'script']")


def test_a_title_of_a_hundred_thousand_letters_is_shortened() -> None:
    feed = feed_of([a_change(field="title", title="x" * 100_000, before="y" * 100_000, after="z" * 100_000)])
    assert len(feed) < 3_000
    assert titles(feed)[0].endswith("x…")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//evil.example/x", "\\\\evil.example", "/\\evil.example", "data:text/html,x", "ftp://x/y"],
)
def test_links_are_http_or_our_own_relative_ones(address: str) -> None:
    assert texts(feed_of([a_change()], page_of=lambda _: address), "//a:entry/a:link/@href") == [PAGE]
    with pytest.raises(UsageError, match=r"is no address of a page"):
        feed_of([], page=address)
    with pytest.raises(UsageError, match=r"is no address of a page"):
        feed_of([], address=address)


def test_a_record_without_a_page_leads_to_the_page_of_the_feed() -> None:
    pages = {"icnl-KEN-0123456789": "../records/a b.html?x=1&y=2#z"}
    history = [a_change(), a_change(id="icnl-KEN-gone", title="Gone")]
    links = texts(feed_of(history, page_of=pages.get), "//a:entry/a:link/@href")
    assert links == ["../records/a%20b.html?x=1&y=2#z", PAGE]
