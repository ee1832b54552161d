"""Records become acts: best pairs first, never two of one source, decisions before all, ids that stay."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.linking.clusters import clusters
from civic_tracker.linking.identity import act_id, founders_of, homes_of

SOURCES = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "c1": "c", "c2": "c"}
PAIRS = [pair for pair in combinations(sorted(SOURCES), 2) if SOURCES[pair[0]] != SOURCES[pair[1]]]


def together(
    scores: dict[tuple[str, str], float],
    decided_same: list[tuple[str, str]] | None = None,
    decided_apart: list[tuple[str, str]] | None = None,
) -> set[tuple[str, ...]]:
    found = clusters(SOURCES, scores, same_from=0.6, decided_same=decided_same or [], decided_apart=decided_apart or [])
    return {one for one in found if len(one) > 1}


def test_a_good_pair_is_one_act_and_a_poor_one_is_not() -> None:
    assert together({("a1", "b1"): 0.9, ("a2", "b2"): 0.5}) == {("a1", "b1")}


def test_no_act_holds_two_records_of_one_source() -> None:
    assert together({("a1", "b1"): 0.9, ("a2", "b1"): 0.8}) == {("a1", "b1")}


def test_the_better_of_two_partners_is_taken() -> None:
    assert together({("a1", "b1"): 0.7, ("a1", "b2"): 0.95}) == {("a1", "b2")}


def test_a_record_whose_best_partner_is_taken_does_not_take_a_far_poorer_one() -> None:
    scores = {("a1", "b1"): 0.99, ("a2", "b1"): 0.9, ("a2", "b2"): 0.65}
    assert together(scores) == {("a1", "b1")}
    assert together(scores | {("a2", "b2"): 0.85}) == {("a1", "b1"), ("a2", "b2")}


def test_records_of_three_sources_become_one_act_over_two_good_pairs() -> None:
    assert together({("a1", "b1"): 0.9, ("b1", "c1"): 0.8}) == {("a1", "b1", "c1")}


def test_a_chain_breaks_where_its_ends_are_plainly_unlike() -> None:
    assert together({("a1", "b1"): 0.9, ("b1", "c1"): 0.8, ("a1", "c1"): 0.01}) == {("a1", "b1")}


def test_an_undated_record_joins_one_act_and_never_ties_two_together() -> None:
    scores = {("a1", "b1"): 0.9, ("a1", "c1"): 0.8}
    found = clusters(SOURCES, scores, same_from=0.6, undated=frozenset({"a1"}))
    assert [one for one in found if len(one) > 1] == [("a1", "b1")]


def test_a_decision_goes_before_every_score() -> None:
    assert together({("a1", "b1"): 0.99}, decided_apart=[("a1", "b1")]) == set()
    assert together({("a1", "b1"): 0.01}, decided_same=[("a1", "b1")]) == {("a1", "b1")}
    assert together({}, decided_same=[("a1", "a2")]) == {("a1", "a2")}


def test_a_pair_is_one_act_from_the_threshold_on_and_two_groups_join_unless_a_pair_between_them_is_below_theirs() -> (
    None
):
    assert together({("a1", "b1"): 0.6}) == {("a1", "b1")}
    assert together({("a1", "b1"): 0.9, ("b1", "c1"): 0.8, ("a1", "c1"): 0.1}) == {("a1", "b1", "c1")}
    assert together({("a1", "b1"): 0.9, ("b1", "c1"): 0.8, ("a1", "c1"): 0.0999}) == {("a1", "b1")}


def test_a_second_choice_holds_where_it_is_nearly_as_good_for_both() -> None:
    taken = {("a1", "b1"): 0.99, ("a2", "b1"): 0.8}
    assert together(taken | {("a2", "b2"): 0.71}) == {("a1", "b1"), ("a2", "b2")}
    assert together(taken | {("a2", "b2"): 0.69}) == {("a1", "b1")}


def test_a_group_joins_another_only_when_none_of_a_pair_of_them_was_decided_apart() -> None:
    scores = {("a1", "b1"): 0.9, ("b1", "c1"): 0.8, ("a1", "c1"): 0.8}
    assert together(scores) == {("a1", "b1", "c1")}
    for apart in (("a1", "c1"), ("c1", "a1")):
        assert together(scores, decided_apart=[apart]) == {("a1", "b1")}


def test_an_undated_record_joins_a_group_from_either_side_and_a_dated_one_joins_more() -> None:
    for undated in ("a1", "c1"):
        found = clusters(SOURCES, {("a1", "b1"): 0.9, ("b1", "c1"): 0.8}, same_from=0.6, undated=frozenset({undated}))
        assert ("a1", "b1", "c1") in found


def test_a_decision_about_a_record_that_is_not_here_changes_nothing() -> None:
    assert together({("a1", "b1"): 0.9}, decided_same=[("a1", "gone"), ("gone", "b2")]) == {("a1", "b1")}


SCORES = st.dictionaries(st.sampled_from(PAIRS), st.floats(0, 1))
DECIDED = st.lists(st.sampled_from(PAIRS), max_size=2, unique=True)


@given(SCORES, st.randoms())
def test_the_order_of_records_and_pairs_does_not_matter(scores: dict[tuple[str, str], float], chance) -> None:  # type: ignore[no-untyped-def]
    records, pairs = list(SOURCES), list(scores)
    chance.shuffle(records)
    chance.shuffle(pairs)
    shuffled = clusters({one: SOURCES[one] for one in records}, {one: scores[one] for one in pairs}, same_from=0.6)
    assert shuffled == clusters(SOURCES, scores, same_from=0.6)


@given(SCORES, DECIDED)
def test_every_record_is_in_one_act_and_adding_a_source_splits_no_decided_one(
    scores: dict[tuple[str, str], float], decided: list[tuple[str, str]]
) -> None:
    found = clusters(SOURCES, scores, same_from=0.6, decided_same=decided)
    assert sorted(one for members in found for one in members) == sorted(SOURCES)
    of = {one: members for members in found for one in members}
    assert all(of[left] == of[right] for left, right in decided)
    more = SOURCES | {"d1": "d"}
    with_more = clusters(more, scores | {("a1", "d1"): 0.99}, same_from=0.6, decided_same=decided)
    of = {one: members for members in with_more for one in members}
    assert all(of[left] == of[right] for left, right in decided)


def test_a_record_that_joins_does_not_rename_the_act() -> None:
    homes = homes_of([("b1", "c1")], {})
    assert founders_of([("b1", "c1")], homes) == ["b1"]
    assert founders_of([("a1", "b1", "c1")], homes_of([("a1", "b1", "c1")], homes)) == ["b1"]


def test_a_founder_that_leaves_takes_its_name_along() -> None:
    homes = homes_of([("a1", "b1", "c1")], {})
    assert founders_of([("a1",), ("b1", "c1")], homes) == ["a1", "b1"]


@given(SCORES, SCORES, SCORES)
def test_no_two_acts_ever_have_one_id(
    first: dict[tuple[str, str], float], then: dict[tuple[str, str], float], decided: dict[tuple[str, str], float]
) -> None:
    homes = homes_of(clusters(SOURCES, first, same_from=0.6), {})
    homes = homes_of(clusters(SOURCES, then, same_from=0.6), homes)
    found = clusters(SOURCES, decided, same_from=0.6)
    assert len({act_id("KEN", one) for one in founders_of(found, homes)}) == len(found)


@given(SCORES)
def test_homes_that_are_remembered_do_not_change(scores: dict[tuple[str, str], float]) -> None:
    found = clusters(SOURCES, scores, same_from=0.6)
    homes = homes_of(found, {})
    assert homes_of(found, homes) == homes


def test_an_id_names_its_country_and_its_founder() -> None:
    assert act_id("KEN", "a1").startswith("act-KEN-")
    assert act_id("KEN", "a1") != act_id("KEN", "a2")
