"""What a page becomes on paper: drawings bear their own colours and sizes, and no table of counts fills pages."""

from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

import pytest

from civic_tracker.errors import UsageError
from civic_tracker.publish.report import paper, pdf
from civic_tracker.publish.report.compose import build_report, to_html
from civic_tracker.words.languages import language
from tests.support.examples import a_dataset, a_measure, an_observation

ON = date(2024, 1, 1)
SVG = "{http://www.w3.org/2000/svg}"
STYLE = Path(paper.__file__).parents[2] / "templates" / "_charts.css.j2"


def _page(months: int, code: str = "en") -> str:
    """The report of a country that introduced an act in each of so many months."""
    measures = [
        a_measure(
            id=f"icnl-KEN-{month}", title=f"Act {month}", introduced=f"2020-{month:02d}-03", ended_on="2021-02-01"
        )
        for month in range(1, months + 1)
    ]
    figures = [an_observation(period="2018", value=0.4), an_observation(period="2019", value=0.7)]
    return to_html(build_report(a_dataset(measures, figures), "KEN", ON, code))


def _on_paper(html: str, code: str = "en") -> Any:
    try:
        weasyprint = pdf.load_weasyprint()
    except UsageError as error:
        pytest.skip(f"no PDF can be made on this machine: {error}")
    tree = weasyprint.HTML(string=html).etree_element
    paper.for_paper(tree, language(code))
    return tree


def _of_class(tree: Any, name: str) -> list[Any]:
    return [one for one in tree.iter() if one.get("class") == name]


def test_bars_have_the_colours_of_the_style_sheet_as_attributes() -> None:
    tree = _on_paper(_page(3))
    bars, ends = _of_class(tree, "tl-in"), _of_class(tree, "tl-end")
    assert len(bars) > 1
    assert len(ends) > 1
    assert {(one.get("fill"), one.get("stroke")) for one in bars} == {("#1f5a96", "none")}
    assert {(one.get("fill"), one.get("stroke"), one.get("stroke-width")) for one in ends} == {
        ("#fff", "#a23b00", "1.25px")
    }
    assert "#1f5a96" in STYLE.read_text(encoding="utf-8"), "colours are written in one place only"


def test_small_lines_are_lines_and_their_last_point_is_a_dot() -> None:
    tree = _on_paper(_page(1))
    spark, *_ = _of_class(tree, "spark")
    assert (spark.get("fill"), spark.get("stroke"), spark.get("stroke-linecap")) == ("none", "#1f5a96", "round")
    assert _of_class(tree, "spark-line")[0].get("stroke-width") == "1.5px"
    assert (_of_class(tree, "spark-now")[0].get("stroke"), _of_class(tree, "spark-now")[0].get("stroke-width")) == (
        "#a23b00",
        "5px",
    )


def test_only_drawings_get_attributes_and_the_page_itself_has_none() -> None:
    html = _page(3)
    assert " fill=" not in html
    assert all(one.tag.startswith(SVG) for one in _on_paper(html).iter() if one.get("fill") or one.get("font-size"))


def test_no_lane_is_stretched_by_the_renderer() -> None:
    tree = _on_paper(_page(3))
    lanes = [cell.find(f"{SVG}svg") for cell in _of_class(tree, "tl-plot")]
    assert lanes
    for lane in lanes:
        assert lane.find(f"{SVG}svg") is None, "a drawing inside a drawing would stretch its lines"
        _, _, width, height = (float(number) for number in lane.get("viewBox").split())
        grid = lane.find(f"{SVG}g/{SVG}path[@class='tl-grid']").get("d")
        assert grid.startswith("M0 ")
        assert grid.partition("h")[2].partition("M")[0] == f"{width:g}", "the line in the middle has the whole width"
        assert 0 < float(grid.removeprefix("M0 ").partition("h")[0]) <= height


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("M21 0V-2h8V0h2V-1h8V0", "M42 30V10h16V30h4V20h16V30"),
        ("M0 0h40M10 -3V1", "M0 30h80M20 0V40"),
        ("M2 -3L4 0v1", "M4 0L8 30v10"),
        ("", ""),
    ],
)
def test_a_path_is_moved_and_then_stretched(path: str, expected: str) -> None:
    assert paper.stretched(path, (0, -3), (2, 10)) == expected


def test_every_drawing_has_words_for_those_who_do_not_see_it() -> None:
    tree = _on_paper(_page(3))
    drawings = list(tree.iter(f"{SVG}svg"))
    assert len(drawings) > 4
    assert all(one.find(f"{SVG}title").text for one in drawings)


@pytest.mark.parametrize(("code", "words"), [("en", "long table"), ("es", "tabla larga"), ("fr", "long tableau")])
def test_a_long_table_of_counts_is_left_out_and_a_sentence_says_where_it_is(code: str, words: str) -> None:
    html = _page(paper.MOST_ROWS, code)
    tree = _on_paper(html, code)
    assert "tl-table" in html
    assert _of_class(tree, "tl-table") == []
    assert any(words in (one.text or "") for one in tree.iter("p"))
    assert len(_of_class(tree, "tl-plot")) > 1, "the drawing stays"


def test_a_short_table_of_counts_is_printed() -> None:
    tree = _on_paper(_page(2))
    table, *_ = _of_class(tree, "tl-table")
    assert 0 < len(table.findall("tbody/tr")) <= paper.MOST_ROWS


def test_a_page_without_drawings_stays_as_it_is() -> None:
    html = "<html lang=en><title>T</title><style>p { color: red } .x { fill: red }</style><p class=x>A<table><tr><td>B"
    tree = _on_paper(html)
    before = pdf.load_weasyprint().HTML(string=html).etree_element
    assert tostring(tree) == tostring(before)
