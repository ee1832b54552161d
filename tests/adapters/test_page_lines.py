"""A page's lines as a reader sees them, whatever markup they are made of."""

import pytest
from bs4 import BeautifulSoup, Tag

from civic_tracker.adapters.shared.page_lines import PageLine, page_lines


def lines(html: str) -> list[PageLine]:
    def is_menu(tag: Tag) -> bool:
        return tag.name == "nav"

    return list(page_lines(BeautifulSoup(html, "lxml"), leave_out=is_menu))


def texts(html: str) -> list[str]:
    return [line.text for line in lines(html)]


@pytest.mark.parametrize("between", ["<br>", "<hr>", "</p><p>", "<div></div>", "<br><br>", "</p><ul><li></li></ul><p>"])
def test_a_line_ends_where_a_browser_ends_it(between: str) -> None:
    assert texts(f"<p>One{between}two</p>") == ["One", "two"]


@pytest.mark.parametrize("between", ["<b></b>", "<nav>Menu</nav>", "<!-- note -->", "<script>x</script>", "\n"])
def test_other_markup_does_not_end_a_line(between: str) -> None:
    assert texts(f"<div>One {between}two</div>") == ["One two"]


def test_text_behind_an_inner_block_belongs_to_the_outer_one_again() -> None:
    outer, inner, again = lines("<section>One<p>two</p>three</section>")
    assert (outer.block.name, inner.block.name) == ("section", "p")
    assert again.block is outer.block


def test_a_link_counts_on_each_line_where_it_shows_something() -> None:
    assert [line.links for line in lines("<p><a href=' /x '>One<br>two</a> <a href='/y'></a></p>")] == [
        ("/x",),
        ("/x",),
    ]
    assert [line.links for line in lines("<a href='/x'><h3>One</h3></a>")] == [("/x",)]
    assert [line.links for line in lines("<p><a href='/x'><img src='x.png'></a></p>")] == [("/x",)]


def test_a_line_knows_the_heading_around_it() -> None:
    assert [line.heading for line in lines("<h2>One<div>two</div></h2><p>three</p>")] == [2, 2, 0]
    assert [line.heading for line in lines("<h2>One left open<ul><li>two</li></ul>")] == [2, 0]


def test_each_piece_knows_whether_it_is_bold_or_a_link() -> None:
    (line,) = lines("<p>One <strong>two</strong> <a href='/x'><u>three</u></a></p>")
    looks = {run.text: (run.is_bold, run.link is not None) for run in line.runs if run.text.strip()}
    assert looks == {"One ": (False, False), "two": (True, False), "three": (True, True)}
