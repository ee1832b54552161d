"""Which rules of a robots.txt are ours, and what it costs to find them."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from civic_tracker.fetching.exchange import Answer
from civic_tracker.fetching.guard import target_of
from civic_tracker.fetching.outcomes import Failure
from civic_tracker.fetching.policy import ROBOT
from civic_tracker.fetching.robots import read_robots, rules_for_us

_LINES = st.sampled_from(
    [
        "User-agent: *", "User-agent: civic-tracker", "user-agent: Civic-Tracker", "User-agent: civic*",
        "User-agent: c", "User-agent: tracker", "User-agent: **", "User-agent:", "User agent civic", "useragent: other",
        "User-agent: otherbot # civic-tracker", "User  Agent  *", "Disallow: /a", "Allow: /a/b", "Disallow: /*c$",
        "dissalow /a/b", "Disallow:", "Allow: /", "Disallow: /", "Crawl-delay: 5", "crawl delay 9", "Crawl-delay: x",
        "Sitemap: http://a.example/s.xml", "Host: a.example", "Unknown: x", "Unknown:x", "no line at all", "# remark",
        "", "Request-rate: 1/5",
    ]
)  # fmt: skip
_PATHS = ["/", "/a", "/a/b", "/a/bc", "/c", "/x/index.html"]


def _answer(text: str) -> Answer:
    return Answer(200, {}, text.encode(), len(text))


@given(st.lists(_LINES, max_size=14))
def test_our_rules_alone_say_what_the_whole_says(lines: list[str]) -> None:
    """protego, which reads the whole, is the judge."""
    whole = Protego.parse("\n".join(lines))
    robots = read_robots(_answer("\n".join(lines)))
    assert robots.crawl_delay == (whole.crawl_delay(ROBOT) or 0.0)
    for path in _PATHS:
        address = f"http://a.example{path}"
        assert _allowed(lines, address) == whole.can_fetch(address, ROBOT), address


def _allowed(lines: list[str], address: str) -> bool:
    try:
        read_robots(_answer("\n".join(lines))).check(target_of(address))
    except Failure:
        return False
    return True


def test_the_groups_that_name_us_go_before_those_for_all() -> None:
    text = """
    User-agent: *
    Disallow: /for-all

    User-agent: other
    User-agent: civic-tracker
    Disallow: /first

    User-agent: other
    Disallow: /other

    User-agent: Civic-Tracker
    Allow: /second
    """
    assert rules_for_us(text) == ["Disallow: /first", "Allow: /second"]


def _many_robots_and_rules(size: int) -> str:
    agents = "".join(f"User-agent: robot{number}\n" for number in range(size))
    return agents + "User-agent: *\n" + "".join(f"Disallow: /{number}\n" for number in range(size))


def _every_beginning_of_our_name(size: int) -> str:
    agents = "".join(f"User-agent: {ROBOT[: 1 + number % 13]}{'*' * number}\n" for number in range(size))
    return agents + "".join(f"Disallow: /{number}\n" for number in range(size))


def _groups(size: int) -> str:
    return "".join(f"User-agent: *\nUser-agent: r{number}\nDisallow: /*{number}$\n" for number in range(size))


def _one_rule_of_wildcards(size: int) -> str:
    return "User-agent: *\nDisallow: /" + "*a" * size + "b\n"


def _blanks(size: int) -> str:
    return "User-agent: *\n" + " " * size + "x" + " " * size + ":\n" + "user agent " * size


def _calls(do: Callable[[], object]) -> int:
    """How many functions are called, of Python and of C: work that no other program on this machine changes."""
    count = 0

    def on(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    former = sys.getprofile()
    sys.setprofile(on)
    try:
        do()
    finally:
        sys.setprofile(former)
    return count


@pytest.mark.parametrize(
    "text", [_many_robots_and_rules, _every_beginning_of_our_name, _groups, _one_rule_of_wildcards, _blanks]
)
def test_twice_the_robots_txt_is_twice_the_work(text: Callable[[int], str]) -> None:
    def work(size: int) -> int:
        answer, target = _answer(text(size)), target_of("http://a.example/" + "a" * 100)
        return _calls(lambda: read_robots(answer).check(target))

    work(10)  # what is imported or remembered at first counts in no size
    once, twice = work(400), work(800)
    assert twice <= 2.2 * once + 100


def test_what_reaches_protego_is_never_longer_than_what_came() -> None:
    for text in (_many_robots_and_rules(3_000), _every_beginning_of_our_name(300), _groups(3_000)):
        assert sum(map(len, rules_for_us(text))) <= len(text)


def test_a_rule_that_is_too_long_to_be_one_closes_the_site() -> None:
    with pytest.raises(Failure, match="has a rule of more than 8,000 characters") as caught:
        read_robots(_answer("User-agent: *\nAllow: /" + "*a" * 5_000)).check(target_of("http://a.example/"))
    assert caught.value.kind == "refused"


def test_a_line_of_another_robot_closes_nothing_however_long_it_is() -> None:
    read_robots(_answer("User-agent: other\nDisallow: /" + "*a" * 5_000)).check(target_of("http://a.example/"))
