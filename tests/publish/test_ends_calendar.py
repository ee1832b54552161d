"""The calendar of recorded ends: read back by another program, it says what the records say and no more."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest

from civic_tracker.findings.acts import acts_of
from civic_tracker.model.schema import ActRow, Record
from civic_tracker.publish.icalendar import calendar_of_ends
from civic_tracker.words.languages import available, language
from tests.support.examples import a_compiled_measure, a_measure, an_event

LIFTED = "A recorded end does not say that the measure was lifted."


def calendar_bytes(measures: Sequence[Record], acts: Sequence[ActRow] = (), code: str = "en") -> bytes:
    return calendar_of_ends(measures, acts_of(measures, acts, []), "KEN", language(code))


def read(content: bytes) -> Any:
    found = icalendar.Calendar.from_ical(content)
    assert isinstance(found, icalendar.Calendar)
    assert not found.errors
    return found


def events(measures: Sequence[Record], acts: Sequence[ActRow] = (), code: str = "en") -> list[Any]:
    found: list[Any] = read(calendar_bytes(measures, acts, code)).events
    assert not [error for event in found for error in event.errors]
    return found


def one_event(measure: Record, code: str = "en") -> Any:
    (event,) = events([measure], code=code)
    return event


def of_one_act(*measures: Record) -> list[ActRow]:
    return [ActRow(act="act-KEN-1", record=one.id, home=measures[0].id) for one in measures]


def of_cld(**changes: Any) -> Record:
    fields = {"id": "cld_rti-KEN-0123456789", "source": "cld_rti", "stated_by": "CLD", "title": "The same order"}
    return a_measure(**fields | {"source_url": "https://www.law-democracy.org/covid"} | changes)


def test_an_end_known_to_the_day_is_an_event_of_that_day() -> None:
    event = one_event(a_measure(ends="2020-06-30", ending_as_written="until June 30", retrieved="2021-05-02"))
    assert event["SUMMARY"] == "Recorded end: Example order on gatherings"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2020, 6, 30), date(2020, 7, 1))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DESCRIPTION"].splitlines() == [
        "Kenya",
        "ICNL: recorded end, 30 June 2020",
        "In the words of the source: “until June 30”",
        "https://www.icnl.org/covid19tracker/",
        LIFTED,
    ]
    assert event["URL"] == "https://www.icnl.org/covid19tracker/"
    assert event["DTSTAMP"].dt == datetime(2021, 5, 2, tzinfo=UTC)
    assert (event["STATUS"], event["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")


def test_an_end_that_a_publishers_page_reports_as_past_is_confirmed() -> None:
    event = one_event(a_measure(ended_on="2020-12-31", place="Nairobi"))
    assert event["SUMMARY"] == "Ended: Example order on gatherings"
    assert event["STATUS"] == "CONFIRMED"
    assert event["DESCRIPTION"].splitlines()[:2] == ["Kenya: Nairobi", "ICNL: ended, 31 December 2020"]
    assert LIFTED not in event["DESCRIPTION"]
    assert event["DTEND"].dt == date(2021, 1, 1)


def test_what_no_trackers_page_confirms_is_neither_confirmed_nor_that_trackers_statement() -> None:
    event = one_event(a_compiled_measure(ended_on="2020-12-31"))
    assert event["STATUS"] == "TENTATIVE"
    assert "example.org (not confirmed on a tracker's page): ended" in event["DESCRIPTION"]


@pytest.mark.parametrize(
    ("end", "first", "after", "words"),
    [
        ("2020-02", date(2020, 2, 1), date(2020, 3, 1), "Recorded end in February 2020, day not recorded: Example"),
        ("2020-12", date(2020, 12, 1), date(2021, 1, 1), "Recorded end in December 2020, day not recorded: Example"),
        ("2020", date(2020, 1, 1), date(2021, 1, 1), "Recorded end in 2020, day not recorded: Example"),
        ("2100-12-31", date(2100, 12, 31), date(2101, 1, 1), "Recorded end: Example"),
    ],
)
def test_an_end_known_to_the_month_or_year_fills_it_and_says_so(end: str, first: date, after: date, words: str) -> None:
    event = one_event(a_measure(ends=end))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (first, after)
    assert event["SUMMARY"].startswith(words)


def test_a_past_end_known_to_the_month_says_so_too() -> None:
    assert one_event(a_measure(ended_on="2020-05"))["SUMMARY"].startswith("Ended in May 2020, day not recorded: ")


def test_a_record_whose_scheduled_and_actual_end_differ_has_both() -> None:
    ended, scheduled = events([a_measure(ended_on="2020-05-10", ends="2020-06-30")])
    assert (ended["STATUS"], scheduled["STATUS"]) == ("CONFIRMED", "TENTATIVE")
    assert "The same record says that it ended: 10 May 2020" in scheduled["DESCRIPTION"]
    assert ended["UID"] != scheduled["UID"]


def test_a_record_whose_scheduled_and_actual_end_are_one_day_has_one_event() -> None:
    assert one_event(a_measure(ended_on="2020-05-10", ends="2020-05-10"))["STATUS"] == "CONFIRMED"


def test_ends_by_place_are_events_of_their_place() -> None:
    by_place = [
        {"place": "Mombasa", "ends": "2020-06-01"},
        {"place": "Kwale", "ends": "2020-06-08"},
        {"place": "Kwale", "ends": "2020-07-08"},
    ]
    found = events([a_measure(ends="2020-06-08", ends_by_place=by_place)])
    places = sorted(event["DESCRIPTION"].splitlines()[0] for event in found)
    assert places == ["Kenya", "Kenya: Kwale", "Kenya: Kwale", "Kenya: Mombasa"]
    assert len({event["UID"] for event in found}) == 4


def test_two_records_of_one_act_that_give_the_same_end_are_one_event_that_names_both() -> None:
    records = [a_measure(ends="2020-06-30"), of_cld(ended_on="2020-06-30")]
    (event,) = events(records, of_one_act(*records))
    assert "ICNL: recorded end, 30 June 2020" in event["DESCRIPTION"]
    assert "CLD: ended, 30 June 2020" in event["DESCRIPTION"]
    assert event["SUMMARY"] == "Ended: The same order"
    assert LIFTED not in event["DESCRIPTION"]


def test_two_records_of_one_act_that_differ_about_its_end_are_two_events() -> None:
    records = [a_measure(ends="2020-06-30"), of_cld(ends="2020-07-31")]
    assert len(events(records, of_one_act(*records))) == 2
    less_precise = [a_measure(ends="2020-06-30"), of_cld(ends="2020-06")]
    assert len(events(less_precise, of_one_act(*less_precise))) == 2


def test_two_acts_that_end_on_one_day_are_two_events() -> None:
    assert len(events([a_measure(ends="2020-06-30"), of_cld(ends="2020-06-30")])) == 2


def test_only_measures_that_were_taken_in_the_country_count() -> None:
    others = [
        an_event(ended_on="2023-06-30"),
        a_measure(record_kind="spell", ended_on="2020-06-30"),
        a_measure(stage="proposed", ends="2020-06-30"),
        a_measure(country="PER", id="icnl-PER-0123456789", ends="2020-06-30"),
        a_measure(),
    ]
    for other in others:
        assert events([other]) == []


def test_a_measure_reported_for_a_month_counts_although_it_is_no_act() -> None:
    measure = a_measure(period="2020-03", ends="2020-06-30")
    assert acts_of([measure], [], []) == []
    assert one_event(measure)["UID"] == "icnl-KEN-0123456789-ends@civic-tracker"


def test_an_identity_outlasts_a_new_day_and_a_new_document() -> None:
    before = one_event(a_measure(ends="2020-06-30", retrieved="2020-05-01"))
    after = one_event(a_measure(ends="2020-07-31", retrieved="2020-07-01", title="Another title"))
    assert before["UID"] == after["UID"]
    assert before["DTSTAMP"].dt < after["DTSTAMP"].dt


def test_an_event_whose_day_of_retrieval_is_not_recorded_is_stamped_with_its_end() -> None:
    assert one_event(a_measure(ends="2020-06"))["DTSTAMP"].dt == datetime(2020, 6, 1, tzinfo=UTC)


def test_the_order_of_records_does_not_change_a_byte() -> None:
    records = [a_measure(id=f"icnl-KEN-{number}", ends=f"2020-06-{1 + number % 3:02d}") for number in range(9)]
    assert calendar_bytes(records) == calendar_bytes(records[::-1])


def test_a_calendar_without_events_is_a_calendar() -> None:
    calendar = read(calendar_bytes([a_measure()]))
    assert calendar.events == []
    assert calendar.subcomponents  # RFC 5545 wants one
    assert calendar["VERSION"] == "2.0"


@pytest.mark.parametrize("code", available())
def test_a_calendar_has_a_name_and_its_language(code: str) -> None:
    calendar = read(calendar_bytes([a_measure(ends="2020-06-30")], code=code))
    assert calendar["NAME"] == calendar["X-WR-CALNAME"]
    assert calendar["NAME"].params["LANGUAGE"] == code
    assert language(code).country("KEN") in calendar["NAME"]
    assert calendar.events[0]["DESCRIPTION"].params["LANGUAGE"] == code


def test_the_words_are_in_the_language() -> None:
    measure = a_measure(ends="2020-06-30", ending_as_written="until June 30")
    assert one_event(measure, "es")["SUMMARY"] == "Fin registrado: Example order on gatherings"
    french = one_event(measure, "fr")
    assert french["SUMMARY"] == "Fin enregistrée\u00a0: Example order on gatherings"
    assert "«\u00a0until June 30\u00a0»" in french["DESCRIPTION"]


HOSTILE = [
    ('semi; comma, back\\slash \\n "quote" colon: x', 'semi; comma, back\\slash \\n "quote" colon: x'),
    ("a\r\nEND:VEVENT\r\nBEGIN:VALARM", "a END:VEVENT BEGIN:VALARM"),
    ("a\x00b\x0bc\x85d\u2028e", "a b c d e"),
    ("order \u202edaeh no\u202c", "order daeh no"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("قانون الطوارئ " * 9, ("قانون الطوارئ " * 9).strip()),
    ("😀" * 150, "😀" * 150),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_hostile_texts_stay_inside_their_line(text: str, shown: str) -> None:
    fields = {"title": text, "place": text, "ending_as_written": text, "stated_by": text}
    content = calendar_bytes([a_measure(ends="2020-06-30", **fields)])
    (event,) = read(content).events
    assert event["SUMMARY"] == f"Recorded end: {shown}"
    assert event["DESCRIPTION"].splitlines()[2] == f"In the words of the source: “{shown}”"
    assert len(event["DESCRIPTION"].splitlines()) == 5
    assert not event.subcomponents
    assert [line for line in content.split(b"\r\n") if line.startswith(b"BEGIN:")] == [
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT",
    ]


def test_lines_are_at_most_75_octets_and_end_with_crlf() -> None:
    for text, _ in HOSTILE:
        content = calendar_bytes([a_measure(ends="2020-06-30", title=text, ending_as_written=text * 3)], code="fr")
        assert content.endswith(b"END:VCALENDAR\r\n")
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
        for line in content.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()  # no letter is cut in two


@pytest.mark.parametrize("length", range(58, 80))
def test_folding_keeps_every_letter_wherever_the_cut_falls(length: int) -> None:
    title = "x" * length + "é😀" * 20
    assert one_event(a_measure(ends="2020-06-30", title=title))["SUMMARY"] == f"Recorded end: {title}"


def test_a_title_of_a_hundred_thousand_letters_is_shortened() -> None:
    long = "x" * 100_000
    content = calendar_bytes([a_measure(ends="2020-06-30", title=long, place=long, ending_as_written=long)])
    assert len(content) < 3_000


def test_an_address_is_http_and_cannot_leave_its_line() -> None:
    assert "URL" not in one_event(a_measure(ends="2020-06-30", source_url=""))
    forged = a_measure(ends="2020-06-30").model_copy(update={"source_url": "javascript:alert(1)"})
    assert "URL" not in one_event(forged)
    quoted = one_event(a_measure(ends="2020-06-30", source_url='https://example.org/a"b<c>?x=1,2;3'))
    assert quoted["URL"] == "https://example.org/a%22b%3Cc%3E?x=1,2;3"
