"""Turning what is to be shown into pages and Markdown: the templates, and what makes every text harmless in them."""

from base64 import b64encode
from functools import cache
from hashlib import sha256

import jinja2
import markupsafe

from civic_tracker.model.status import when
from civic_tracker.text import LONGEST_SHOWN, cut, legible, shorten, web_address
from civic_tracker.words.report_words import lower_first

_MARKDOWN_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]()#+!|~$&"} | {"<": "&lt;", ">": "&gt;"})
_LINK_SPECIAL = str.maketrans({char: f"%{ord(char):02X}" for char in "()[]<>|`\\\"'"})


@cache
def environment(*, autoescape: bool) -> jinja2.Environment:
    """Where the templates are found, and their filters; pages escape by themselves, Markdown and styles by a filter."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("civic_tracker"),
        autoescape=autoescape,  # noqa: S701  # Markdown has its own escaping, the filter md
        undefined=jinja2.StrictUndefined,
        finalize=_shown if autoescape else None,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "when": when,
        "web": lambda text: markupsafe.escape(web_address(text)),  # whole, however long
        "md": lambda text: shorten(str(text), LONGEST_SHOWN).translate(_MARKDOWN_SPECIAL),
        "mdlink": lambda text: web_address(str(text)).translate(_LINK_SPECIAL),
        "whole": lambda text: markupsafe.escape(legible(text)),  # our own text, however long
        "lower_first": lower_first,
        "css_text": _css_text,
        "csp_hash": lambda text: f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}",
        "shortened": shorten,
        "upper_first": lambda text: text[:1].upper() + text[1:],
    }
    return made


def _shown(value: object) -> object:
    """What a page shows of a text. Markup, which the templates alone make, is of a class of its own and stays."""
    if type(value) is not str or (len(value) <= LONGEST_SHOWN and value.isprintable()):
        return value
    return cut(legible(value))


def _css_text(text: str) -> str:
    """A text as a string of CSS: all but letters, digits and blanks by its number, so that nothing can end it.

    A number takes the blank behind it as its own end, so it is given one
    (<https://www.w3.org/TR/css-syntax-3/#consume-escaped-code-point>).
    """
    return '"' + "".join(char if char.isalnum() or char == " " else f"\\{ord(char):x} " for char in text) + '"'
