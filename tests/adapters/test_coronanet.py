"""CoronaNet's policy records: threads, what counts as an end, what binds, and what is set aside."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from civic_tracker.adapters.coronanet import NEEDED, parse
from civic_tracker.building.normalise import Origin
from civic_tracker.building.records import Part, Records, records_of
from civic_tracker.countries.country_of import country_of
from civic_tracker.declared.sources import get_source
from civic_tracker.declared.terms import load_terms
from civic_tracker.documents.document import Document, read_file
from civic_tracker.documents.entries import Parsed, RawEntry
from civic_tracker.model.schema import Record
from tests.adapters.checks import SYNTHETIC, read_of, refusal_of
from tests.support.effort import within

FILE = (SYNTHETIC / "coronanet_synthetic.csv").read_bytes()
UNKNOWN = "The policy’s end date is unknown or unreported"
UNLIMITED = "The policy has an unlimited time span (e.g. recommendation to wash one's hands; passing of a legal bill)"
IMPRECISE = "The policy has an imprecise natural end date (e.g. masks will be distributed until they run out)"
ONE_TIME = "The policy is a one-time measure (e.g. publication of guidelines)"
CLEAR = "The policy has a clear end date"
FIRST = {
    "record_id": "R_example01NA",
    "policy_id": "1",
    "entry_type": "new_entry",
    "update_type": "",
    "update_level": "",
    "description": "Invented record.",
    "date_announced": "2020-03-10",
    "date_start": "2020-03-10",
    "date_end": "",
    "date_end_spec": UNKNOWN,
    "country": "Kenya",
    "ISO_A3": "KEN",
    "init_country_level": "National",
    "type": "Curfew",
    "type_sub_cat": "",
    "compliance": "Mandatory (Unspecified/Implied)",
    "link": "https://example.org/1",
    "target_country": "Kenya",
    "target_province": "",
    "target_city": "",
    "recorded_date": "2020-03-11T00:00:00Z",
}


def table(*changes: dict[str, str]) -> bytes:
    """A table of records, each of which is the first one but for what is given; each form has a number of its own."""
    written = io.StringIO()
    writer = csv.DictWriter(written, FIRST)
    writer.writeheader()
    for number, changed in enumerate(changes, start=1):
        writer.writerow(FIRST | {"record_id": f"R_example{number:02}NA"} | changed)
    return written.getvalue().encode()


def update(start: str, kind: str = "Change of Policy", **changed: str) -> dict[str, str]:
    return {"entry_type": "update", "update_type": kind, "date_start": start} | changed


def read(content: bytes, name: str = "coronanet.csv") -> Parsed:
    return parse(Document(name, content))


def only(*changes: dict[str, str]) -> RawEntry:
    (entry,) = read(table(*changes)).entries
    return entry


def records(content: bytes) -> Records:
    part = Part(read(content), Origin("sha256:0123456789abcdef"))
    return records_of(get_source("coronanet"), [(part,)], load_terms())


def measure(*changes: dict[str, str]) -> Record:
    found = records(table(*changes))
    assert [problem.code for problem in found.problems if problem.field != "links"] == ["document_remark"] * 2
    (one,) = found.measures
    return one


def problems(*changes: dict[str, str]) -> set[str]:
    return {problem.code for problem in records(table(*changes)).problems} - {"document_remark"}


def test_a_thread_of_records_is_one_entry_with_its_steps() -> None:
    entry = only(
        {"description": "Invented curfew."},
        update("2020-04-01", update_level="Strengthening", description="Invented change."),
        update("2020-04-01", "End of Policy", date_end="2020-06-01", date_end_spec=CLEAR, description="Invented end."),
    )
    assert (entry.key, entry.introduced, entry.rows) == ("1", "2020-03-10", 3)
    assert [(step.kind, step.day) for step in entry.history] == [
        ("Change of Policy: Strengthening", "2020-04-01"),
        ("End of Policy", "2020-06-01"),
    ]
    assert (entry.description, entry.updates) == ("Invented curfew.", ("Invented change.", "Invented end."))
    assert (entry.ends, entry.ended, entry.ending) == ("", "2020-06-01", "")


def test_the_steps_of_a_thread_are_in_order_of_time_whatever_the_order_of_the_rows() -> None:
    entry = only(update("2020-05-01"), update("2020-04-01"), {})
    assert (entry.introduced, entry.locator) == ("2020-03-10", "row 4, policy 1")
    assert [step.locator for step in entry.history] == ["row 3", "row 2"]


@pytest.mark.parametrize(
    ("kind", "level", "meaning"),
    [
        ("Change of Policy", "Strengthening", "changed"),
        ("Change of Policy", "Relaxing", "relaxed"),
        ("Change of Policy", "", "changed"),
        ("End of Policy", "", "ended"),
        ("End of Policy", "Relaxing", "ended"),
        ("", "", "other"),
        ("", "Relaxing", "relaxed"),
    ],
)
def test_a_step_is_what_the_update_says_it_is(kind: str, level: str, meaning: str) -> None:
    step = update("2020-04-01", kind, update_level=level, date_end="2020-05-01", date_end_spec=CLEAR)
    assert [one.kind for one in measure({}, step).history] == [meaning]


def test_a_record_on_several_rows_is_one_record_with_several_categories() -> None:
    gathering = {"type": "Restrictions of Mass Gatherings"}
    entry = only(
        gathering
        | {"record_id": "R_example09Ar", "type_sub_cat": "Attendance at religious services restricted (e.g. x)"},
        gathering | {"record_id": "R_example09Hr", "type_sub_cat": "Weddings and marriage rituals"},
        gathering | {"record_id": "R_example09Hr", "type_sub_cat": "Weddings and marriage rituals"},
    )
    assert (entry.rows, entry.history, entry.updates) == (3, (), ())
    assert len(entry.tags) == 2
    assert entry.title == (
        "Restrictions of Mass Gatherings: Attendance at religious services restricted; Weddings and marriage rituals"
    )


def test_titles_are_ours_and_count_what_does_not_fit() -> None:
    entry = only(*({"type_sub_cat": f"Category {number}"} for number in range(5)))
    assert entry.title_is_ours
    assert entry.title == "Curfew: Category 0; Category 1; Category 2 and 2 more"


def test_an_answer_about_the_times_of_a_curfew_is_no_part_of_its_title() -> None:
    answer = "No the curfew times are always the same regardless of the day of the week"
    found = measure({"type_sub_cat": answer})
    assert (found.title, found.tags_as_written) == ("Curfew", (answer,))


def test_a_clear_end_date_is_the_scheduled_end() -> None:
    found = measure({"date_end": "2020-05-01", "date_end_spec": CLEAR})
    assert (str(found.ends), found.ended_on) == ("2020-05-01", None)


def test_the_last_record_says_when_a_policy_is_to_end() -> None:
    clear = {"date_end": "2020-05-01", "date_end_spec": CLEAR}
    assert only(clear, update("2020-04-20", date_end="2020-06-01", date_end_spec=CLEAR)).ends == "2020-06-01"
    assert only(clear, update("2020-04-20")).ends == ""
    assert only(clear, update("2020-04-20")).ending == UNKNOWN


@pytest.mark.parametrize(
    ("spec", "filled_in"),
    [(UNLIMITED, "2023-12-02"), (ONE_TIME, "2020-03-12"), (IMPRECISE, "2020-03-25"), (UNKNOWN, "")],
)
def test_a_date_that_the_publisher_fills_in_by_a_rule_is_no_end(spec: str, filled_in: str) -> None:
    found = measure({"date_end": filled_in, "date_end_spec": spec})
    assert (found.ends, found.ended_on, found.ending_understood) == (None, None, True)
    assert found.ending_as_written == spec


@pytest.mark.parametrize("spec", ["The policy ends some day", CLEAR])
def test_an_end_of_an_unknown_kind_is_a_problem(spec: str) -> None:
    assert problems({"date_end_spec": spec}) == {"ending_not_understood"}


def test_an_end_date_of_no_stated_kind_is_a_problem() -> None:
    assert problems({"date_end": "2020-05-01", "date_end_spec": ""}) == {"ending_not_understood"}
    assert problems({"date_end_spec": ""}) == set()


@pytest.mark.parametrize(("written", "spec"), [("", UNKNOWN), ("2020-05-03", ONE_TIME), ("2023-12-02", UNLIMITED)])
def test_an_end_of_policy_without_a_clear_date_leaves_the_end_unknown(written: str, spec: str) -> None:
    rows: tuple[dict[str, str], ...] = ({}, update("2020-05-01", "End of Policy", date_end=written, date_end_spec=spec))
    assert (only(*rows).ends, only(*rows).ended) == ("", "")
    assert only(*rows).history[0].day == ""
    assert problems(*rows) == {"ending_not_understood"}


def test_a_policy_that_goes_on_after_its_end_has_not_surely_ended() -> None:
    end = update("2020-05-01", "End of Policy", date_end="2020-05-01", date_end_spec=CLEAR)
    rows: tuple[dict[str, str], ...] = ({}, end, update("2020-06-01"))
    assert only(*rows).ending == "End of Policy on 2020-05-01, then another record from 2020-06-01"
    assert problems(*rows) == {"ending_not_understood"}


def test_of_several_ends_the_last_one_ends_the_policy() -> None:
    ends = [update(day, "End of Policy", date_end=day, date_end_spec=CLEAR) for day in ("2020-05-17", "2020-05-08")]
    entry = only({}, *ends)
    assert entry.ended == "2020-05-17"
    assert [step.day for step in entry.history] == ["2020-05-08", "2020-05-17"]


def test_an_end_before_the_start_is_a_problem() -> None:
    assert problems({"date_end": "2020-02-01", "date_end_spec": CLEAR}) == {"end_before_start"}


@pytest.mark.parametrize("impossible", ["2202-05-01", "0020-05-01", "2018-05-01", "2025-01-01"])
def test_a_year_that_no_policy_can_be_of_is_left_out_and_told(impossible: str) -> None:
    entry = only({"date_end": impossible, "date_end_spec": CLEAR})
    assert entry.ends == ""
    assert entry.remarks == (f"The date_end '{impossible}' of row 2 lies outside 2019 to 2024; it is left out.",)
    assert "incomplete_entry" in problems({"date_start": impossible})


def test_a_date_in_another_form_is_left_out_and_told() -> None:
    entry = only({"date_start": "10/03/2020"})
    assert entry.introduced == ""
    assert entry.remarks == ("The date_start '10/03/2020' of row 2 is not written like 2020-03-15; it is left out.",)


def test_a_year_unlike_that_of_the_announcement_is_told() -> None:
    assert only({"date_start": "2022-03-12"}).remarks == (
        "row 2 starts on 2022-03-12 and was announced on 2020-03-10: one year may be a slip.",
    )
    assert only({"date_announced": "2019-12-31"}).remarks == ()


def test_a_thread_without_its_first_record_does_not_say_when_it_began() -> None:
    entry = only(update("2020-04-01"))
    assert entry.introduced == ""
    assert entry.remarks == ("The first record of this policy is missing, so the day it began is not told.",)


def test_an_update_that_starts_before_the_policy_is_told() -> None:
    assert only({}, update("2020-02-01")).remarks == ("row 3 continues it, but starts on 2020-02-01, before it.",)


def test_one_policy_in_two_countries_is_never_one_entry() -> None:
    found = records(table({}, update("2020-04-01", country="Ghana", ISO_A3="GHA")))
    assert [one.country for one in found.measures] == ["KEN", "GHA"]
    assert {problem.code for problem in found.problems} == {"incomplete_entry", "document_remark"}


def test_one_policy_of_two_types_is_two_entries_and_none_is_lost() -> None:
    found = records(table({}, {"type": "Lockdown"}))
    assert [one.title for one in found.measures] == ["Curfew", "Lockdown"]


def test_records_without_a_policy_do_not_become_one() -> None:
    assert len(read(table({"policy_id": ""}, {"policy_id": ""})).entries) == 2


@pytest.mark.parametrize(
    ("compliance", "effect"),
    [
        ("Mandatory (Unspecified/Implied)", "restricts"),
        ("Mandatory with Legal Penalties (Jail Time),Mandatory with Fines", "restricts"),
        ("Voluntary/Recommended but No Penalties", "unclear"),
        ("Voluntary/Recommended but No Penalties,Mandatory with Fines", "restricts"),
    ],
)
def test_what_binds_restricts_and_what_only_advises_is_unclear(compliance: str, effect: str) -> None:
    found = measure({"compliance": compliance})
    assert (found.effect, found.effect_basis) == (effect, "published")
    assert found.penalty_as_written == compliance.replace(",", "; ")


def test_a_policy_is_advice_only_when_every_record_says_so() -> None:
    advice = {"compliance": "Voluntary/Recommended but No Penalties"}
    assert measure(advice, update("2020-04-01", compliance="Mandatory with Fines")).effect == "restricts"
    assert measure(advice, update("2020-04-01") | advice).effect == "unclear"


def test_a_first_record_that_relaxes_does_not_restrict() -> None:
    assert measure({"update_level": "Relaxing"}).effect == "unclear"


@pytest.mark.parametrize(
    ("kind", "liberties", "effect", "emergency"),
    [
        ("Declaration of Emergency", (), "unclear", "yes"),
        ("Curfew", ("movement",), "restricts", "no"),
        ("Lockdown", ("movement",), "restricts", "no"),
        ("Internal Border Restrictions", ("movement",), "restricts", "no"),
        ("Restrictions of Mass Gatherings", ("assembly",), "restricts", "no"),
        ("Anti-Disinformation Measures", ("expression",), "unclear", "no"),
    ],
)
def test_six_types_are_in_scope(kind: str, liberties: tuple[str, ...], effect: str, emergency: str) -> None:
    found = measure({"type": kind})
    assert (found.liberties, found.effect, found.declares_emergency) == (liberties, effect, emergency)


def test_services_of_worship_concern_religion_and_released_prisoners_no_restriction() -> None:
    gathering = {"type": "Restrictions of Mass Gatherings"}
    worship = {"type_sub_cat": "Attendance at religious services restricted (e.g. mosque/church closings)"}
    assert measure(gathering | worship).liberties == ("religion", "assembly")
    release = {"type_sub_cat": "Prison population reduced (e.g. early release of prisoners)"}
    assert measure(gathering | release).effect == "unclear"


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "Hygiene"},
        {"type": "Public Awareness Measures"},
        {"init_country_level": "Provincial"},
        {"init_country_level": "Municipal"},
    ],
)
def test_other_types_and_levels_are_set_aside_with_all_their_rows(changed: dict[str, str]) -> None:
    found = records(table(changed, update("2020-04-01") | changed))
    assert (found.measures, found.count.asides) == ([], 2)
    assert any("Out of scope" in problem.reason for problem in found.problems)


@pytest.mark.parametrize("changed", [{"type": "Example type"}, {"init_country_level": "Example level"}])
def test_an_unknown_type_or_level_is_never_in_scope_unseen(changed: dict[str, str]) -> None:
    assert problems(changed) == {"unknown_term"}


def test_a_row_about_several_countries_is_set_aside() -> None:
    parsed = read(table({"country": "Kenya,Ghana", "ISO_A3": ""}))
    assert parsed.entries == ()
    assert [(aside.locator, aside.reason) for aside in parsed.asides] == [("row 2", "several countries in one row")]


@pytest.mark.parametrize(("name", "code"), [("Northern Cyprus", "-"), ("European Union", "")])
def test_what_is_no_country_is_named_and_not_counted_for_another(name: str, code: str) -> None:
    found = records(table({"country": name, "ISO_A3": code}))
    assert (found.measures, found.count.rejected) == ([], 1)
    assert [problem.value for problem in found.problems if problem.code == "country_not_matched"] == [name]


def test_the_code_says_which_micronesia() -> None:
    assert country_of("Micronesia", "FSM", "coronanet").iso3 == "FSM"
    assert country_of("Micronesia", "", "coronanet").iso3 is None


def test_a_doubly_encoded_name_is_known_by_its_code_and_text_is_left_as_it_is() -> None:
    found = measure({"country": "CÃ´te d'Ivoire", "ISO_A3": "CIV", "description": "Invented cafÃ©."})
    assert (found.country, found.description) == ("CIV", "Invented cafÃ©.")


@pytest.mark.parametrize(
    ("cell", "links"),
    [
        ("NA", ()),
        ("NA ; https://example.org/a", ("https://example.org/a",)),
        ("https://example.org/a ; https://example.org/b", ("https://example.org/a", "https://example.org/b")),
        ("https://example.org/a]", ("https://example.org/a",)),
        ("https://example.org/a_(b)", ("https://example.org/a_(b)",)),
        ("https://example.org/a;b", ("https://example.org/a;b",)),
        ("Read more: https://example.org/a ;", ("Read more:", "https://example.org/a")),
    ],
)
def test_links_of_a_cell_are_taken_apart(cell: str, links: tuple[str, ...]) -> None:
    assert only({"link": cell}).links == links


def test_words_that_are_no_link_are_reported() -> None:
    assert problems({"link": "Example newspaper"}) == {"link_not_web"}


def test_a_link_that_was_cut_off_is_left_out() -> None:
    long = [{"policy_id": str(number), "link": f"https://example.org/{number:040}/cut"} for number in range(20)]
    parsed = read(table(*long, {"policy_id": "99"}))
    assert {entry.links for entry in parsed.entries} == {(), ("https://example.org/1",)}
    assert "links are cut off after 64 characters" in parsed.remarks[-1]
    assert "cut off" not in " ".join(read(table(*long[:19])).remarks)


def test_the_place_is_where_a_policy_applies() -> None:
    assert only({"target_province": "Example Province", "target_city": "Example"}).place == "Example Province; Example"
    assert (only({}).place, only({}).note) == ("", "")


def test_a_place_in_another_country_is_not_the_place() -> None:
    assert only({"target_country": "Ghana", "target_city": "Example"}).place == ""


def test_the_synthetic_file_is_wholly_accounted_for() -> None:
    found = records(FILE)
    assert Counter(
        measures=found.count.measures,
        joined=found.count.joined,
        asides=found.count.asides,
        rejected=found.count.rejected,
    ) == {"measures": 7, "joined": 4, "asides": 3, "rejected": 1}
    assert {one.evidence for one in found.measures} == {"publisher"}


def test_a_table_with_some_of_the_columns_is_a_copy() -> None:
    head, *body = FILE.decode().splitlines(keepends=True)
    parsed = read((head.replace("recorded_date", "note") + "".join(body)).encode())
    assert {entry.evidence for entry in parsed.entries} == {"copy"}
    assert parsed.entries[0].reported_by == "a table with 63 of its columns"


def test_columns_are_known_by_name_and_others_are_named() -> None:
    written = io.StringIO()
    writer = csv.DictWriter(written, [*reversed(NEEDED), "example column"])
    writer.writeheader()
    writer.writerow({name: FIRST[name] for name in NEEDED} | {"example column": "x"})
    parsed = read(written.getvalue().encode())
    assert (parsed.entries[0].title, parsed.entries[0].links) == ("Curfew", ())
    assert parsed.entries[0].note == "The table does not tell whether it concerns the whole country."
    assert parsed.remarks[0].startswith("columns not in this table: update_level, type_sub_cat, description")
    assert parsed.remarks[1] == "columns not read: example column"


def test_semicolons_and_a_byte_order_mark_are_read() -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(csv.reader(io.StringIO(FILE.decode())))
    assert read(b"\xef\xbb\xbf" + written.getvalue().encode()) == read(FILE)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body><p>Example</p></body></html>", "found an HTML page"),
        (b'{"a": 1}', "found JSON"),
        (b"a,b\n1,2\n", "found a, b"),
        (table({}).replace(b"date_end_spec", b"date_end_note"), "the columns date_end_spec are missing"),
        (table(), "a header without rows"),
        (FILE[:4000], "cut off or damaged"),
        (FILE.replace("’".encode(), b"\x92"), "not utf-8"),
    ],
)
def test_another_document_is_refused_in_one_line(content: bytes, says: str) -> None:
    assert says in refusal_of(parse, content, "coronanet.csv")


def test_damage_never_ends_in_another_error(damaged: Callable[[bytes], Iterator[bytes]]) -> None:
    for parsed in read_of(parse, damaged(FILE), "coronanet.csv"):
        assert len(parsed)


def test_the_real_table_is_threads_of_182_countries(recordings: Path) -> None:
    document = read_file(recordings / "coronanet" / "coronanet_national_civil_liberties_trimmed.csv")
    with within(60):
        parsed = parse(document)
    assert (len(parsed), len(parsed.entries), len(parsed.asides)) == (11308, 6675, 0)
    found = records_of(get_source("coronanet"), [(Part(parsed, Origin("sha256:0")),)], load_terms())
    assert (found.count.measures, found.count.joined, found.count.rejected) == (6658, 4590, 60)
    assert len({one.country for one in found.measures}) == 182
    assert "unknown_term" not in {problem.code for problem in found.problems}


def test_the_real_file_of_georgia_has_42_national_measures(recordings: Path) -> None:
    parsed = parse(read_file(recordings / "coronanet" / "coronanet_release_Georgia.csv"))
    found = records_of(get_source("coronanet"), [(Part(parsed, Origin("sha256:0")),)], load_terms())
    assert (len(parsed), found.count.measures, found.count.joined, found.count.asides) == (224, 42, 21, 161)
    assert "Tetritskaro" in {one.place.rpartition("; ")[2] for one in found.measures}
    assert {problem.code for problem in found.problems} == {"document_remark", "text_kept_back"}  # places in a sentence
