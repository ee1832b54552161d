"""The charts are well-formed, need no inline style, say in words what they draw, and let no text of a publisher act."""

import re
from datetime import date

import jinja2
import pytest
from lxml import etree  # type: ignore[import-untyped]

from civic_tracker.building.figures import indicators
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.findings.series import Series
from civic_tracker.findings.timeline import Timeline, build_timeline
from civic_tracker.model.schema import Observation
from civic_tracker.publish.report.charts import NAMES, draw_lanes, spark_baseline, spark_latest, spark_line
from civic_tracker.words.languages import language
from civic_tracker.words.timeline_words import timeline_rows
from tests.findings.test_series import a_figure, a_run, the_series
from tests.findings.test_timeline import ON, a_state, a_timeline, an_act
from tests.support.examples import an_observation

ENGLISH = language("en")
HOSTILE = "\"><script>alert(1)</script>'&"


def _render(call: str, code: str = "en", **values: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("civic_tracker"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    say = language(code)
    template = environment.from_string('{% import "_charts.html.j2" as charts with context %}{{ charts.' + call + " }}")
    context = {"say": say, "_": say.gettext, "ngettext": say.ngettext, "pgettext": say.pgettext}
    return template.render({**context, **NAMES, **values})


def _chart(timeline: Timeline, code: str = "en") -> str:
    return _render("timeline_chart(timeline, say)", code, timeline=timeline)


def _spark(series: Series, code: str = "en") -> str:
    return _render("sparkline(series, say)", code, series=series)


def _tree(markup: str) -> etree._Element:
    """The markup read as XML, which forgives nothing."""
    return etree.fromstring(f"<div>{markup}</div>")


def _some_acts() -> Timeline:
    return a_timeline(
        (an_act(1, "2020-03-15", "movement", "assembly"), a_state("ended", "2020-05-01")),
        (an_act(2, "2020-03-20", "movement"), a_state("in_force_until", "2024-02-01")),
        (an_act(3, "2020-04-20", "fair_trial"), a_state()),
        (an_act(4, None), a_state()),
    )


def _svgs(markup: str) -> list[str]:
    """The drawings, each with those inside it."""
    return [etree.tostring(one).decode() for one in _tree(markup).xpath("//svg[not(ancestor::svg)]")]


@pytest.mark.parametrize("code", ["en", "es", "fr"])
def test_the_timeline_is_well_formed_and_every_drawing_has_a_title_of_its_own(code: str) -> None:
    tree = _tree(_chart(_some_acts(), code))
    images = tree.xpath("//svg[@role='img']")
    assert len(images) == 5  # the axis and four lanes
    for image in images:
        assert image.find("title").get("id") == image.get("aria-labelledby")
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)
    assert all(svg.get("aria-hidden") == "true" for svg in tree.xpath("//svg[not(@role)][not(ancestor::svg)]"))


def test_two_charts_of_one_page_can_have_ids_apart() -> None:
    both = "".join(
        _render("timeline_chart(timeline, say, id=name)", timeline=_some_acts(), name=name) for name in ("a", "b")
    )
    ids = _tree(both).xpath("//@id")
    assert len(set(ids)) == len(ids)


def test_nothing_that_a_strict_content_security_policy_forbids() -> None:
    series = the_series(a_figure("2019", 0.6), a_figure("2020", 0.5))
    for markup in (_chart(_some_acts()), _spark(series)):
        tree = _tree(markup)
        assert tree.xpath("//@style | //style | //script | //@*[starts-with(name(), 'on')]") == []


def test_the_table_says_what_the_bars_say() -> None:
    timeline = _some_acts()
    rows = _tree(_chart(timeline)).xpath("//table[@class='tl-table']/tbody/tr")
    assert [["".join(cell.itertext()) for cell in row] for row in rows] == timeline_rows(timeline, ENGLISH)
    assert {head.get("scope") for head in _tree(_chart(timeline)).iter("th")} == {"row", "col"}


def test_each_lane_names_its_freedom_its_acts_and_those_without_a_recorded_end() -> None:
    rows = _tree(_chart(_some_acts(), "fr")).xpath("//table[@class='tl-lanes']/tbody/tr")
    assert [[row.find("th").text, *(cell.text for cell in row.xpath("td[@class='number']"))] for row in rows] == [
        ["Tous les actes", "4", "2"],
        ["Réunion pacifique", "1", "0"],
        ["Circulation", "2", "0"],
        ["Procès équitable et accès à la justice", "1", "1"],
    ]


def test_bars_rise_for_acts_introduced_and_fall_for_recorded_ends() -> None:
    every, *_ = draw_lanes(_some_acts())
    assert every.introduced == "M21 0V-2h8V0h2V-1h8V0"
    assert every.ended == "M41 0V1h8V0"
    assert every.scheduled == "M491 0V1h8V0"
    assert every.peak is not None
    assert every.peak[2] == 2


def test_a_scheduled_end_stands_below_the_ends_of_its_bin() -> None:
    lane, *_ = draw_lanes(
        a_timeline(
            (an_act(1, "2023-12-01"), a_state("ended", "2024-01-01")),
            (an_act(2, "2023-12-01"), a_state("in_force_until", "2024-01-20")),
        )
    )
    assert (lane.ended, lane.scheduled) == ("M121 0V1h8V0", "M121 1V2h8V1")


def test_the_dashed_line_of_the_day_is_drawn_and_named_only_where_ends_are_scheduled() -> None:
    without = a_timeline((an_act(1), a_state("ended", "2020-05-01")))
    assert [lane.today for lane in draw_lanes(without)] == [""]
    assert "dashed" not in _chart(without)
    assert all(lane.today for lane in draw_lanes(_some_acts()))
    assert "dashed: ends scheduled after 1 January 2024 (upright line)" in _chart(_some_acts())


def test_where_no_act_can_be_placed_the_counts_are_shown_without_bars() -> None:
    tree = _tree(_chart(a_timeline((an_act(1, None, "movement"), a_state()))))
    assert tree.xpath("//svg") == []
    assert "no date of introduction is recorded" in tree.findtext(".//figcaption")
    assert len(tree.xpath("//table[@class='tl-lanes']/tbody/tr")) == 2


def test_without_acts_there_is_no_chart() -> None:
    assert _chart(build_timeline([], {}, ON)).strip() == ""


def test_a_full_timeline_of_three_years_is_light() -> None:
    acts = []
    for number in range(36):
        month = f"{2020 + number // 12}-{number % 12 + 1:02d}"
        acts += [(an_act(2 * number + k, month, *liberties()), a_state("ended", month)) for k in range(2)]  # type: ignore[arg-type]
    drawings = _svgs(_chart(a_timeline(*acts)))
    assert len(drawings) == 2 + 1 + 14  # the legend, the axis, the lanes
    assert sum(len(one.encode()) for one in drawings) <= 14 * 1024


def _years(first: int, last: int) -> list[Observation]:
    return [a_figure(str(year), (year * 37 % 100) / 100) for year in range(first, last)]


@pytest.mark.parametrize("code", ["en", "es", "fr"])
def test_a_sparkline_is_light_and_well_formed(code: str) -> None:
    drawn = [
        _spark(the_series(*_years(1975, 2023)), code),
        _spark(the_series(*(a_figure(f"2020-Q{quarter}", 0.4) for quarter in (2, 3, 4))), code),
        _spark(the_series(a_run("2020-01-01/2020-03-12", 0), a_run("2020-03-13/2022-12-31", 4)), code),
    ]
    sizes = [len(svg.encode()) for markup in drawn for svg in _svgs(markup)]
    assert len(sizes) == 3
    assert sum(sizes) / 3 <= 350
    for markup in drawn:
        (image,) = _tree(markup).xpath("//svg")
        assert image.find("title").get("id") == image.get("aria-labelledby")


def test_an_indicator_is_of_one_source_so_that_its_name_is_an_id() -> None:
    sources: dict[str, set[str]] = {}
    for (source, _), indicator in indicators().items():
        sources.setdefault(indicator.id, set()).add(source)
    assert [name for name, found in sources.items() if len(found) > 1] == []


def test_the_sentence_stands_beside_the_line_and_alone_where_there_is_no_line() -> None:
    two = _tree(_spark(the_series(a_figure("2019", 0.62), a_figure("2020", 0.58))))
    assert two.findtext(".//span") == "2019: 0.62; 2020: 0.58"
    one = _tree(_spark(the_series(a_figure("2020", 0.58))))
    assert one.findtext(".//span") == "2020: 0.58; no figure from before the pandemic"
    assert one.xpath("//svg") == []


def test_a_line_goes_up_with_the_figure_on_the_whole_scale() -> None:
    series = the_series(a_figure("2018", 0.0), a_figure("2019", 0.5), a_figure("2020", 1.0))
    assert spark_line(series) == "M2 22h0L60 12L118 2"
    assert spark_latest(series) == "M118 2h0"
    assert spark_baseline(series) == "M60 0V24"


def test_figures_that_do_not_follow_one_another_are_points_on_their_own() -> None:
    assert spark_line(the_series(a_figure("2018", 0.0), a_figure("2020", 1.0))) == "M2 22h0M118 2h0"


def test_runs_of_days_are_steps_and_a_gap_is_left_open() -> None:
    series = the_series(
        a_run("2020-03-01/2020-03-31", 0), a_run("2020-04-01/2020-04-30", 4), a_run("2020-06-01/2020-06-30", 2)
    )
    line = spark_line(series)
    assert re.fullmatch(r"M2 22H\d+V2H\d+M\d+ 12H118", line)


def test_a_baseline_before_the_drawing_is_not_drawn() -> None:
    series = the_series(a_figure("2008", 0.5), a_figure("2020", 0.5), a_figure("2021", 0.5))
    assert spark_baseline(series) == ""
    assert "2008: 0.5" in _spark(series)


def test_every_value_equal_on_no_scale_is_drawn_in_the_middle() -> None:
    column = {"indicator_as_written": "unheard_of"}
    assert spark_line(the_series(a_figure("2019", 7, **column), a_figure("2020", 7, **column))) == "M2 12h0L118 12"


def test_the_legend_says_from_when_it_is_drawn_and_what_before_means() -> None:
    said = _render("sparkline_legend(say)")
    assert "from 2010 on" in said
    assert "11 March 2020" in said


def test_a_publishers_words_are_escaped() -> None:
    series = the_series(an_observation(value=None, value_as_written=HOSTILE, indicator="x", indicator_as_written="x"))
    markup = _spark(series)
    assert "<script" not in markup
    assert HOSTILE in "".join(_tree(markup).itertext())


def test_no_word_judges_what_the_figures_do() -> None:
    markup = _chart(_some_acts()) + _spark(the_series(a_figure("2019", 0.6), a_figure("2020", 0.5)))
    assert not re.search(r"better|worse|declin|improv|deteriorat|in force until", markup, re.IGNORECASE)


def test_the_style_sheet_has_what_the_charts_are_drawn_with() -> None:
    assert NAMES["pandemic"] == date(2020, 3, 11)
    environment = jinja2.Environment(loader=jinja2.PackageLoader("civic_tracker"), autoescape=True)
    sheet = environment.get_template("_charts.css.j2").render()
    drawn = _chart(_some_acts()) + _spark(the_series(a_figure("2019", 0.6), a_figure("2020", 0.5)))
    classes = {name for names in _tree(drawn).xpath("//svg//@class") for name in names.split()}
    assert sorted(name for name in classes if f".{name}" not in sheet) == []
