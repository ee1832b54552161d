"""Laws that hold for any two records, and for the tables behind the score."""

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic_tracker import paths
from civic_tracker.declared.tables import read_table
from civic_tracker.linking import LinkRecord, Profile, compare, explain, from_row, profile, score
from civic_tracker.linking.features import FEATURES, answers
from civic_tracker.linking.profile import STEPS
from civic_tracker.linking.score import ALWAYS, weights
from civic_tracker.linking.words import GROUPS, patterns

PIECES = (
    *("state of emergency", "declared", "extended until", "31 May", "March 3", "Decree 77/2020", "curfew", "9 pm"),
    *("21:00", "gatherings", "50 people", "30 days", "UPDATE:", "Bergen", "region", "nationwide", "lifted", "phase 2"),
    *("reopened", "advised", "draft", "couvre-feu", "toque de queda", "[Law 4]", "23/03/2020", "the end of", "été"),
    *("https://a.b", "\x00", "(((", "北京", ""),
)
CATEGORIES = ("", "Curfew", "State of emergency declared (phase-out)", "order; Assembly; Movement", "Other (update: x)")
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
DATES = st.one_of(st.sampled_from(("", "2020", "2020-03", "2020-02-30", "nonsense")), st.dates().map(str))
RECORDS = st.builds(
    lambda **row: from_row(row),
    source=st.just("one"),
    id=st.just("1"),
    iso3=st.sampled_from(("NOR", "SWE", "XXX", "")),
    place=st.sampled_from(("", "Bergen")),
    date_start=DATES,
    date_end=DATES,
    category=st.one_of(
        st.sampled_from((*CATEGORIES, "main emergency instrument: state of disaster")), st.text(max_size=20)
    ),
    text=TEXTS,
    url=st.one_of(st.text(max_size=20), st.sampled_from(("https://a.b/c", "https://[", "http://a.b; https://c.d"))),
)


def some(*values: object) -> st.SearchStrategy[frozenset[object]]:
    return st.frozensets(st.sampled_from(values), max_size=3)


WORDS = some(*"abcdefgh")
PROFILES = st.builds(
    Profile,
    source=st.just("one"),
    id=st.just("1"),
    country=st.just("NOR"),
    place=st.just(""),
    start=st.one_of(st.none(), st.dates(date(2020, 3, 1), date(2020, 6, 1))),
    end=st.none(),
    precision=st.sampled_from(("none", "day", "month")),
    legal_basis=st.booleans(),
    kinds=some("emergency", "curfew", "travel", "gatherings", "access"),
    told=some("emergency", "curfew", "gatherings"),
    regimes=WORDS,
    step=st.sampled_from(("none", *STEPS)),
    is_update=st.booleans(),
    topics=WORDS,
    forms=some("under", "advice", "bill"),
    scope=st.sampled_from(("local", "national", "unsaid")),
    ends=some((5, 1), (5, 2), (6, 1)),
    days=some((5, 1), (6, 1)),
    clock=some(60, 1260),
    heads=some(10, 50),
    lengths=some(14, 30),
    stages=some(1, 2),
    declares=st.booleans(),
    numbers=WORDS,
    articles=WORDS,
    names=WORDS,
    content=st.frozensets(st.sampled_from("abcdefgh")),
    text=TEXTS,
    now=TEXTS,
    addresses=WORDS,
    hosts=WORDS,
)


@settings(max_examples=300, deadline=None)
@given(RECORDS, RECORDS)
def test_any_two_records_have_a_score_that_explains_itself(one: LinkRecord, other: LinkRecord) -> None:
    a, b = profile(one), profile(other)
    judged = compare(a, b)
    assert judged == compare(b, a)
    assert 0 <= judged.score <= 1
    assert 0 <= judged.linked <= 1
    assert judged.score == score(a, b)
    assert math.isclose(1 / (1 + math.exp(-math.fsum(reason.weight for reason in explain(a, b)))), judged.score)


@settings(max_examples=500, deadline=None)
@given(PROFILES, PROFILES)
def test_every_answer_has_a_weight_and_the_order_does_not_matter(one: Profile, other: Profile) -> None:
    assert all(answer in weights() for answer in answers(one, other))
    assert answers(one, other) == answers(other, one)


def test_every_row_of_the_weights_is_an_answer_of_a_question_and_tells_what_it_means() -> None:
    asked = {name for name, _ in FEATURES} | {"country", ALWAYS[0]}
    assert {feature for feature, _ in weights()} == asked
    assert all(weight.meaning.endswith(".") for weight in weights().values())


def test_every_group_of_words_has_rows() -> None:
    assert all(patterns(group) for group in GROUPS)


@pytest.mark.parametrize("group", [group for group in GROUPS if group not in {"common", "titles"}])
def test_a_word_stands_once_in_a_language_of_a_value(group: str) -> None:
    rows = read_table(paths.mappings_dir() / "link_words.csv", required=frozenset({"gives", "words"}))
    for row in rows:
        if row["gives"] == group:
            found = [word.strip() for word in row["words"].split(";")]
            assert len(found) == len(set(found)), (row["#"], sorted(w for w in found if found.count(w) > 1))
