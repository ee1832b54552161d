"""What makes a text harmless in a page, a style sheet or Markdown leaves it the same text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.publish.report.rendering import environment


def _read_as_css(string: str) -> str:
    """What a browser reads in a string of CSS, by the rule for escapes of CSS Syntax, level 3, section 4.3.7."""
    assert string[0] == string[-1] == '"'
    return re.sub(r"\\([0-9a-f]{1,6})\s?", lambda found: chr(int(found[1], 16)), string[1:-1])


@given(st.text())
def test_a_label_in_a_style_sheet_is_read_as_it_was_written(text: str) -> None:
    made = environment(autoescape=False).filters["css_text"](text)
    assert _read_as_css(made) == text
    assert not set(made[1:-1]) & set("\"'<>\n;{}")


def test_a_blank_behind_a_comma_is_kept() -> None:
    made = environment(autoescape=False).filters["css_text"]("Avant la pandémie, et après")
    assert made == '"Avant la pandémie\\2c  et après"'
