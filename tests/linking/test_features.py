"""What an expert would compare: the answer to each question about two records, at the edges of what it tells apart."""

from datetime import date, timedelta

import pytest

from civic_tracker.linking import explain
from tests.linking.invented import read

WORDS = ("zebra", "yacht", "xylophone", "walnut", "violin", "umbrella", "turtle", "saffron", "rocket", "quartz")
MORE = ("pepper", "orchid", "nutmeg", "magnet", "lantern", "kettle", "jasmine", "igloo", "hammock", "garlic")


def answer(question: str, one: dict[str, str], other: dict[str, str]) -> str:
    """The answer that an explanation of the two records gives, the same in either order; empty where there is none."""
    left, right = read(one.pop("text", ""), **one), read(other.pop("text", ""), **other)
    there = {reason.feature: reason.value for reason in explain(left, right)}
    assert there == {reason.feature: reason.value for reason in explain(right, left)}
    return there.get(question, "")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        *((0, "0"), (1, "1"), (2, "2-3"), (3, "2-3"), (4, "4-7"), (7, "4-7"), (8, "8-21"), (21, "8-21")),
        *((22, "over 21"), (60, "over 21")),
    ],
)
def test_days_between_the_starts(days: int, expected: str) -> None:
    first = date(2020, 3, 12)
    later = str(first + timedelta(days=days))
    assert answer("start", {"date_start": str(first)}, {"date_start": later}) == expected


@pytest.mark.parametrize(("days", "expected"), [(0, "0-1"), (1, "0-1"), (2, "2-3"), (3, "2-3"), (4, "over 3")])
def test_days_between_a_legal_basis_and_what_rests_on_it(days: int, expected: str) -> None:
    basis = {"text": "Constitution (Article 48)", "category": "main emergency instrument: state of emergency"}
    act = {"text": "A curfew is in force", "date_start": str(date(2020, 3, 12) + timedelta(days=days))}
    assert answer("basis_start", basis, act) == expected


@pytest.mark.parametrize(
    ("common", "of", "expected"),
    [
        *((0, 5, "none"), (1, 5, "to 0.2"), (2, 10, "to 0.2"), (3, 10, "to 0.35"), (7, 20, "to 0.35")),
        *((8, 20, "to 0.5"), (2, 4, "to 0.5"), (11, 20, "to 0.75"), (3, 4, "to 0.75"), (16, 20, "over 0.75")),
        *((3, 3, "over 0.75"), (2, 2, "few words, shared"), (0, 2, "few words")),
    ],
)
def test_telling_words_of_the_shorter_text_in_the_other(common: int, of: int, expected: str) -> None:
    all_words = [*WORDS, *MORE]
    shorter = " ".join(all_words[:of])
    others = [f"other{letter}" for letter in "abcdefghijklmnopqrstuv"]
    longer = " ".join([*all_words[:common], *others])
    assert answer("content", {"text": shorter}, {"text": longer}) == expected
