"""What we cost a publisher: as little as possible, and never two requests at once."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.fetching import PROJECT_ADDRESS, Client, Clock, Fetched, FetchError, Policy, Receipt, Unchanged
from civic_tracker.fetching.outcomes import Failure
from civic_tracker.fetching.turns import Turns
from tests.fetching.conftest import LOOPBACK, Waits
from tests.fetching.faults import page
from tests.fetching.publisher import Behaviour, Publisher, answers, answers_if_changed, redirects, says

PAGE = page("Tracker")


def _receipt(client: Client, address: str) -> Receipt:
    first = client.fetch(address, expects="page")
    assert isinstance(first, Fetched)
    return first.receipt


def test_we_say_who_we_are_and_where_to_complain(publisher: Publisher, waits: Waits) -> None:
    Client(LOOPBACK, clock=waits.clock).fetch(publisher.at("/tracker", answers(PAGE)), expects="page")
    for asked in publisher.asked:
        assert asked.fields["User-Agent"].startswith("civic-tracker/")
        assert PROJECT_ADDRESS in asked.fields["User-Agent"]
        assert asked.fields["Host"] == f"127.0.0.1:{publisher.port}"
        assert asked.fields["Cookie"] is None


def test_robots_txt_is_asked_for_once_per_host_and_run(publisher: Publisher, waits: Waits) -> None:
    client = Client(LOOPBACK, clock=waits.clock)
    for number in range(3):
        client.fetch(publisher.at(f"/{number}", answers(PAGE)), expects="page")
    assert publisher.paths == ["/robots.txt", "/0", "/1", "/2"]


def test_a_robots_txt_that_cannot_be_had_is_not_asked_for_again(publisher: Publisher, waits: Waits) -> None:
    publisher.at("/robots.txt", answers(status=503))
    client = Client(LOOPBACK, clock=waits.clock)
    for _ in range(2):
        with pytest.raises(FetchError):
            client.fetch(publisher.address("/tracker"), expects="page")
    assert publisher.paths == ["/robots.txt"] * LOOPBACK.tries


def test_a_second_passes_between_requests_in_real_time(publisher: Publisher) -> None:
    policy = Policy(seconds_between_requests=0.15, allow_private=LOOPBACK.allow_private)
    publisher.at("/a", answers(PAGE))
    publisher.at("/tracker", redirects("/a"))
    Client(policy).fetch(publisher.address("/tracker"), expects="page")
    moments = [asked.moment for asked in publisher.asked]
    assert len(moments) == 3
    assert all(later - earlier >= 0.15 for earlier, later in pairwise(moments))


def test_a_crawl_delay_is_obeyed_up_to_a_limit(publisher: Publisher, waits: Waits) -> None:
    publisher.at("/robots.txt", answers(b"User-agent: *\nCrawl-delay: 7\nAllow: /"))
    client = Client(LOOPBACK, clock=waits.clock)
    client.fetch(publisher.at("/a", answers(PAGE)), expects="page")
    client.fetch(publisher.at("/b", answers(PAGE)), expects="page")
    assert waits.slept == [7.0, 7.0]

    publisher.at("/robots.txt", answers(b"User-agent: *\nCrawl-delay: 86400"))
    Client(LOOPBACK, clock=waits.clock).fetch(publisher.address("/a"), expects="page")
    assert waits.slept[2:] == [LOOPBACK.longest_crawl_delay]


@pytest.mark.parametrize(
    "marks", [{"etag": '"v1"'}, {"etag": 'W/"v1"'}, {"last_modified": "Tue, 02 Feb 2021 10:00:00 GMT"}], ids=str
)
def test_an_unchanged_page_costs_one_conditional_request(
    publisher: Publisher, waits: Waits, marks: dict[str, str]
) -> None:
    address = publisher.at("/tracker", answers_if_changed(PAGE, **marks))
    receipt = _receipt(Client(LOOPBACK, clock=waits.clock), address)
    publisher.asked.clear()

    again = Client(LOOPBACK, clock=waits.clock).fetch(address, expects="page", known=receipt)

    assert again == Unchanged(receipt, requests=2, bytes=0)  # the other one is for robots.txt
    assert publisher.paths == ["/robots.txt", "/tracker"]


def test_the_same_bytes_without_a_mark_are_unchanged_too(publisher: Publisher, waits: Waits) -> None:
    address = publisher.at("/tracker", answers(PAGE))
    receipt = _receipt(Client(LOOPBACK, clock=waits.clock), address)
    waits.slept.append(86_400.0)

    again = Client(LOOPBACK, clock=waits.clock).fetch(address, expects="page", known=receipt)

    assert again == Unchanged(receipt, requests=2, bytes=len(PAGE))
    assert publisher.asked[-1].fields["If-None-Match"] is None


def test_a_publisher_with_a_new_mark_each_time_changes_no_receipt(publisher: Publisher, waits: Waits) -> None:
    address = publisher.at("/tracker", *(answers(PAGE, etag=f'"{number}"') for number in range(3)))
    client = Client(LOOPBACK, clock=waits.clock)
    receipt = _receipt(client, address)
    for _ in range(2):
        again = client.fetch(address, expects="page", known=receipt)
        assert isinstance(again, Unchanged)
        assert again.receipt == receipt


def test_a_publisher_that_begins_to_mark_its_page_is_asked_with_the_mark(publisher: Publisher, waits: Waits) -> None:
    address = publisher.at("/tracker", answers(PAGE), answers_if_changed(PAGE, etag='"v1"'))
    client = Client(LOOPBACK, clock=waits.clock)
    receipt = _receipt(client, address)
    second = client.fetch(address, expects="page", known=receipt)
    assert isinstance(second, Unchanged)
    assert second.receipt == receipt.model_copy(update={"etag": '"v1"'})
    assert client.fetch(address, expects="page", known=second.receipt).bytes == 0


def test_a_changed_page_is_fetched_with_the_day_it_came(publisher: Publisher, waits: Waits) -> None:
    address = publisher.at("/tracker", answers_if_changed(PAGE, etag='"v1"'))
    receipt = _receipt(Client(LOOPBACK, clock=waits.clock), address)
    publisher.at("/tracker", answers_if_changed(page("Tracker, updated"), etag='"v2"'))
    waits.slept.append(86_400.0)

    again = Client(LOOPBACK, clock=waits.clock).fetch(address, expects="page", known=receipt)

    assert isinstance(again, Fetched)
    assert again.document.content == page("Tracker, updated")
    assert again.receipt.etag == '"v2"'
    assert (again.receipt.retrieved - receipt.retrieved).days == 1


def test_marks_go_only_to_the_address_that_gave_them(publisher: Publisher, waits: Waits) -> None:
    """Elsewhere a date could be answered 'not modified' for a document that we never had."""
    modified = "Tue, 02 Feb 2021 10:00:00 GMT"
    address = publisher.at("/tracker", answers_if_changed(PAGE, last_modified=modified))
    receipt = _receipt(Client(LOOPBACK, clock=waits.clock), address)
    publisher.at("/tracker", redirects("/new"))
    publisher.at("/new", answers_if_changed(page("Another page"), last_modified=modified))

    again = Client(LOOPBACK, clock=waits.clock).fetch(address, expects="page", known=receipt)

    assert isinstance(again, Fetched)
    assert publisher.asked_for("/new")[0].fields["If-Modified-Since"] is None


def test_a_receipt_of_another_address_is_not_used(publisher: Publisher, waits: Waits) -> None:
    client = Client(LOOPBACK, clock=waits.clock)
    receipt = _receipt(client, publisher.at("/a", answers_if_changed(PAGE, etag='"v1"')))
    other = client.fetch(publisher.at("/b", answers_if_changed(PAGE, etag='"v1"')), expects="page", known=receipt)
    assert isinstance(other, Fetched)


@pytest.mark.parametrize("mark", ["x" * 5_000, "\xff\xfe", ""], ids=["too long", "not ASCII", "empty"])
def test_a_strange_mark_is_not_remembered(publisher: Publisher, waits: Waits, mark: str) -> None:
    receipt = _receipt(
        Client(LOOPBACK, clock=waits.clock), publisher.at("/tracker", answers(PAGE, etag=mark, last_modified=mark))
    )
    assert (receipt.etag, receipt.last_modified) == ("", "")


@pytest.mark.parametrize(
    ("value", "waited"),
    [("30", 30.0), ("Sun, 01 Mar 2026 12:01:00 GMT", 59.0), ("0", 2.0), ("-5", 2.0), ("tomorrow", 2.0)],
)
def test_retry_after_is_obeyed(publisher: Publisher, waits: Waits, value: str, waited: float) -> None:
    address = publisher.at("/tracker", answers(status=429, retry_after=value), answers(PAGE))
    client = Client(LOOPBACK, clock=waits.clock, chance=lambda: 0.5)
    fetched = client.fetch(address, expects="page")
    assert isinstance(fetched, Fetched)
    assert fetched.requests == 3
    assert waits.slept == [1.0, waited]


def test_who_asks_for_a_long_rest_gets_it_for_the_whole_run(publisher: Publisher, waits: Waits) -> None:
    client = Client(LOOPBACK, clock=waits.clock)
    with pytest.raises(FetchError, match="in 2 hours"):
        client.fetch(publisher.at("/a", answers(status=429, retry_after="7200")), expects="page")
    with pytest.raises(FetchError, match="asked to be left alone") as caught:
        client.fetch(publisher.at("/b", answers(PAGE)), expects="page")
    assert caught.value.kind == "refused"
    assert caught.value.requests == 0
    assert publisher.paths == ["/robots.txt", "/a"]


def test_back_off_grows_and_is_spread(publisher: Publisher, waits: Waits) -> None:
    address = publisher.at("/tracker", answers(status=503))
    chances: list[Callable[[], float]] = [lambda: 0.0, lambda: 1.0]
    for chance in chances:
        with pytest.raises(FetchError):
            Client(LOOPBACK, clock=waits.clock, chance=chance).fetch(address, expects="page")
    first, second = waits.slept[:4], waits.slept[4:]
    assert first == [1.0, 1.5, 3.0, 6.0]
    assert second == [1.0, 2.5, 5.0, 10.0]


@pytest.mark.parametrize("passing", [answers(status=500), answers(status=502), says(b""), says(b"nonsense\r\n\r\n")])
def test_a_fault_that_passes_leaves_no_trace(publisher: Publisher, waits: Waits, passing: Behaviour) -> None:
    address = publisher.at("/tracker", passing, answers(PAGE))
    fetched = Client(LOOPBACK, clock=waits.clock).fetch(address, expects="page")
    assert isinstance(fetched, Fetched)
    assert fetched.document.content == PAGE


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 5), st.floats(0, 50)), max_size=30))
def test_between_two_requests_to_a_host_its_gap_always_passes(steps: list[tuple[str, float, float]]) -> None:
    waits = Waits()
    turns = Turns(LOOPBACK, waits.clock)
    ended: dict[str, float] = {}
    rests: dict[str, float] = {}
    for host, lasts, rest in steps:
        turns.take(host)
        now = waits.clock.monotonic()
        if host in ended:
            assert now >= ended[host] + max(LOOPBACK.seconds_between_requests, rests[host]) - 1e-6
        waits.slept.append(lasts)
        turns.done(host)
        turns.rest(host, rest)
        ended[host], rests[host] = waits.clock.monotonic(), rest


def test_a_wait_that_no_run_sits_out_is_a_failure() -> None:
    turns = Turns(Policy(), Clock(monotonic=lambda: 0.0, sleep=lambda _: None))
    turns.rest("a.example", 10_000.0)
    with pytest.raises(Failure, match="3 hours"):
        turns.take("a.example")
