"""Bring the files of the translations up to date: every message that the program has, and no other.

    .venv/bin/python scripts/translations.py           # rewrites src/civic_tracker/words/locale/*/LC_MESSAGES/*.po
    .venv/bin/python scripts/translations.py --check    # writes nothing; fails when something is missing
    .venv/bin/python scripts/translations.py --new pt   # begins the file of a language

A message is gone when its English text changed: its translation is printed, to be used for the new one. Messages are
sorted, without the places where they occur and without the time of day, so that a difference is one of words.
"""

import argparse
import io
import re
import sys
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "civic_tracker"
if str(ROOT / "src") not in sys.path:
    sys.path.insert(0, str(ROOT / "src"))

from civic_tracker.building.figures import indicators  # noqa: E402
from civic_tracker.declared.routes import route_table  # noqa: E402
from civic_tracker.declared.sources import all_sources  # noqa: E402
from civic_tracker.declared.vocabulary import liberties  # noqa: E402
from civic_tracker.publish.workbook.meanings import meanings  # noqa: E402
from civic_tracker.words import labels  # noqa: E402
from civic_tracker.words.languages import COLUMNS_FOR, DOMAIN, LOCALES, SOURCE, WORDS, available  # noqa: E402

Key = tuple[str, str, str]
"""Context, English text and its plural; context and plural may be empty."""

_PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")
_MARK = re.compile(r"gettext\(|\b_\(|\bN_\(|{%-?\s*trans\b")
_TEMPLATES = ("*.html.j2", "*.md.j2", "*.css.j2")
_HEADER = """\
# {name} ({code}) of civic-tracker.
# Write between the quotes behind msgstr; docs/translating.md says how.
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def messages(code: str) -> dict[Key, list[str]]:
    """Every message that a language needs, with the notes for translators.

    Only a language that the tables in ``mappings/`` have no column for needs their names and texts.
    """
    found: dict[Key, list[str]] = {}
    for key, notes in _marked(PACKAGE):
        found.setdefault(key, []).extend(note for note in notes if note not in found.get(key, []))
    tables = [(kind, english) for kind, words in WORDS.items() for english in words.values()]
    tables += labels.messages()
    tables += [("meaning", text) for text in meanings()]
    tables += [("licence", source.licence.name) for source in all_sources().values()]
    tables += [("source", text) for source in all_sources().values() for text in source.sentences()]
    topics = [(one.ogp_policy_area, one.ogp_challenge_area) for one in liberties().values()]
    tables += [("ogp topic", topic) for pair in topics for topic in pair if topic]
    if code not in COLUMNS_FOR:
        tables += [("liberty", one.name_en) for one in liberties().values()]
        tables += [("indicator", one.name_en) for one in indicators().values()]
        tables += [("ogp route", text) for one in route_table() for text in (one.name_en, one.text_en)]
    for context, english in tables:
        found.setdefault((context, english, ""), [])
    return found


def read(code: str) -> Catalog:
    """The catalogue of a language as its file has it; an empty one when there is no file."""
    path = _path(code)
    if not path.is_file():
        return Catalog(locale=code, fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=code)


def shortcomings(code: str, catalogue: Catalog) -> list[str]:
    """What keeps a catalogue from being complete, one line each: nothing when it is."""
    wanted = messages(code)
    there = {_key(one): one for one in catalogue if one.id}
    lines = [f"is missing: {_say(key)}" for key in wanted if key not in there]
    lines += [f"is no longer used: {_say(key)}" for key in there if key not in wanted]
    lines += [f"is no longer used: {_say(_key(one))}" for one in catalogue.obsolete.values()]
    for key, one in there.items():
        forms = one.string if isinstance(one.string, (list, tuple)) else (one.string,)
        if not all(forms) or (key[2] and len(forms) != catalogue.num_plurals):
            lines.append(f"is empty: {_say(key)}")
        elif one.fuzzy:
            lines.append(f"is marked fuzzy: {_say(key)}")
        elif any(_placeholders(form) != _placeholders(key[2] or key[1]) for form in forms):
            lines.append(f"has other {{placeholders}}: {_say(key)}")
    return lines


def updated(code: str, catalogue: Catalog) -> tuple[str, list[Message]]:
    """The text of the file with every message and no other, and the translations that are left out."""
    there = {_key(one): one for one in catalogue if one.id}
    new = Catalog(locale=code, fuzzy=False)
    wanted = messages(code)
    for key in sorted(wanted):
        context, one, many = key
        former = there.get(key)
        empty: str | tuple[str, ...] = ("",) * new.num_plurals if many else ""
        string = former.string if former and former.string else empty
        flags = {"fuzzy"} if former and former.fuzzy else set()
        new.add(
            (one, many) if many else one,
            string,
            context=context or None,
            flags=flags,
            auto_comments=wanted[key],
            user_comments=former.user_comments if former else (),
        )
    stream = io.BytesIO()
    write_po(stream, new, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    # CLDR's rule for a number; the rules of es and fr differ for none.
    name, plural = Locale.parse(code).english_name, get_plural(code).plural_forms
    head = _HEADER.format(name=name, code=code, plural=plural)
    return head + stream.getvalue().decode(), [one for key, one in there.items() if key not in wanted and one.string]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, and fail when something is missing")
    parser.add_argument("--new", metavar="CODE", help="begin the file of a language, such as pt")
    chosen = parser.parse_args(arguments)
    codes = [code for code in available() if code != SOURCE]
    if chosen.new and chosen.new not in codes:
        codes.append(chosen.new)
    found = 0
    for code in codes:
        catalogue = read(code)
        if not chosen.check:
            text, dropped = updated(code, catalogue)
            _path(code).parent.mkdir(parents=True, exist_ok=True)
            _path(code).write_text(text, encoding="utf-8", newline="\n")
            for one in dropped:
                print(f"{code}: left out: {_say(_key(one))}\n    {one.string}")
            catalogue = read(code)
        lines = shortcomings(code, catalogue)
        found += len(lines)
        print(*(f"{code}: {line}" for line in lines), sep="\n", end="\n" if lines else "")
        print(f"{code}: {len(messages(code))} messages, {len(lines)} to mend")
    return 1 if found else 0


@cache
def _marked(package: Path) -> tuple[tuple[Key, list[str]], ...]:
    """The messages that stand in the code and in the templates, with the comments that begin with Translators."""
    files = [("python", path) for path in sorted(package.rglob("*.py"))]
    templates = {path for pattern in _TEMPLATES for path in (package / "templates").rglob(pattern)}
    files += [("jinja2.ext:babel_extract", path) for path in sorted(templates)]
    found: list[tuple[Key, list[str]]] = []
    for method, path in files:
        if not _MARK.search(path.read_text(encoding="utf-8")):
            continue  # most have none, and reading a module for its messages is slow
        options = {"silent": "false", "trimmed": "true"} if method != "python" else {}
        for _, message, comments, context in extract_from_file(
            method, path, keywords=DEFAULT_KEYWORDS, comment_tags=("Translators:",), options=options
        ):
            one, many = message if isinstance(message, tuple) else (message, "")
            found.append(((context or "", one, many), [" ".join(comments)] if comments else []))
    return tuple(found)


def _path(code: str) -> Path:
    return LOCALES / code / "LC_MESSAGES" / DOMAIN


def _key(message: Message) -> Key:
    one, many = message.id if isinstance(message.id, (list, tuple)) else (message.id, "")
    return message.context or "", one, many


def _placeholders(text: str | None) -> list[str]:
    return sorted(set(_PLACEHOLDER.findall(text or "")))


def _say(key: Key) -> str:
    context, one, _ = key
    return f"{one!r}" + (f" ({context})" if context else "")


if __name__ == "__main__":
    sys.exit(main())
