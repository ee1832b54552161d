"""A dataset whose every text is an attack, and its twin of plain words: an output gives both files of one shape.

There are two ways in. A publisher's document comes through the pipeline, which cleans. A record that is made directly,
as the Python interface allows, holds whatever the models let through.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from civic_tracker.model.changes import Change
from civic_tracker.model.schema import ActRow, LinkRow, Model, Observation, Problem, Record
from civic_tracker.store.contents import Dataset
from tests.support.examples import (
    a_compiled_measure,
    a_dataset,
    a_measure,
    a_problem,
    an_event,
    an_observation,
    make_stale,
)

MARK = "pwned"
"""Stands in every attack: wherever it is found as markup, an attack got through."""

LONG = f"{MARK} " + "x" * 99_994

PAYLOADS: Mapping[str, str] = {
    "a script": f"<script>alert('{MARK}')</script>",
    "a script in capitals": f"<ScRiPt src=//{MARK}.example></sCrIpT>",
    "a picture": f"<img src=x onerror=alert('{MARK}')>",
    "a drawing": f"<svg/onload=alert('{MARK}')><animate onbegin=alert(1)>",
    "a frame": f"<iframe srcdoc='<script>{MARK}</script>'></iframe><object data=x></object><base href=//{MARK}>",
    "closing tags": f"</title></style></textarea></script><script>alert('{MARK}')</script>",
    "a refresh": f'<meta http-equiv="refresh" content="0;url=https://{MARK}.example"><style>*{{display:none}}</style>',
    "out of an attribute": f'" onmouseover="alert(\'{MARK}\')" x="',
    "out of a single-quoted attribute": f"' onfocus='alert(\"{MARK}\")' autofocus style='position:fixed",
    "a comment": f"--><script>{MARK}</script><!--",
    "the end of CDATA": f"]]><script>{MARK}</script><![CDATA[",
    "an entity": f"&lt;script&gt;{MARK}&lt;/script&gt; &#60;img src=x&#62; &{MARK};",
    "a document type": f'<!DOCTYPE x [<!ENTITY a "{MARK}">]><x>&a;</x>',
    "a link to a script": f"javascript:alert('{MARK}')",
    "a link to data": f"data:text/html,<script>alert('{MARK}')</script>",
    "Markdown": f"[{MARK}](javascript:alert(1)) ![{MARK}](https://{MARK}.example/x.png) <javascript:{MARK}> `{MARK}`",
    "a Markdown table": f"a | b |\n|---|---|\n| {MARK} |\n\n# {MARK}\n\n[x]: https://{MARK}.example\n\n```\n",
    "a template": "{{7*7}} {% include '/etc/passwd' %} {# " + MARK + " #} ${7*7} #{7*7}",
    "a formula": f'=HYPERLINK("https://{MARK}.example","click")',
    "a formula of another kind": f"@SUM(1+1)*cmd|' /C {MARK}'!A0",
    "a formula with a plus": f"+cmd|' /C {MARK}'!A0",
    "a formula with a minus": f"-2+3+cmd|' /C {MARK}'!A0",
    "a formula behind blanks": f" \t=1+1 {MARK}",
    "a formula in full width": f"＝1+1 {MARK}",
    "commands of a terminal": f"\x1b[31m\x1b]0;{MARK}\x07\x9b2J\x1b]8;;https://{MARK}.example\x1b\\",
    "Rich markup": f"[red]{MARK}[/red] [link=https://{MARK}.example]x[/link] [/] :skull: [bold",
    "right to left": f"{MARK} \u202egpj.exe\u202c \u2066x\u2069 \u2067\u202d\u202a\u202b end \u200f\u061c",
    "emoji": f"{MARK} 👩🏽‍⚖️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣",
    "stacked marks": MARK + "e\u0301\u0323\u0489" * 40,
    "control characters": f"{MARK}\x00\x01\x08\x0b\x0c\x1f\x7f\x85\ufeff\ufffe\uffff",
    "headers": f"{MARK}\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "a calendar": f"{MARK}\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nATTACH:https://{MARK}.example\r\nATTENDEE:mailto:a@b.example",
    "a new line of data": f'{MARK}\n{{"source":"icnl"}}\n"a","b"\r"c"',
    "SQL": f"'); DROP TABLE measures; --\" OR 1=1 {MARK}",
    "a separator": f"{MARK} | {MARK}\u2028{MARK}\u2029{MARK}",
    "a path": f"../../../{MARK}\\..\\{MARK}/%2e%2e",
    "very long": LONG,
    "half a character": f"{MARK} \ud800 \udfff",
}

PLAIN: Mapping[str, str] = {name: f"Plain words {number}" for number, name in enumerate(PAYLOADS)}

ADDRESSES = (
    f"https://example.org/\"onmouseover=\"alert('{MARK}')",
    f"https://example.org/<script>{MARK}</script>",
    f"https://example.org/a|b)(c[d]`{MARK}`\\'x",
    f"https://[{MARK}",
    f"https://example.org/\u202e{MARK}\x1b[31m",
    f"https://user:{MARK}@example.org/&lt;x&gt;?a=1&b=%0d%0aX:1#{{{{7*7}}}}",
    f"http://example.org/{'x' * 3_000}",
    f"https://example.org/{MARK}{'x' * 99_000}",
)

COUNTRIES = ("KEN", "CHL", "CIV")
_OURS = frozenset({"source", "indicator"})
"""Fields without a pattern that no publisher writes: names of declarations and of rows in our tables."""


def text_fields(model: type[Model]) -> list[str]:
    """The fields of a model that hold any text: those that nothing but their words could be wrong about."""
    found = []
    for name, field in model.model_fields.items():
        bound = any(getattr(one, "pattern", None) for one in field.metadata)
        if field.annotation is str and not bound and name not in _OURS:
            found.append(name)
    return found


def list_fields(model: type[Model]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.annotation == tuple[str, ...]]


def texts(model: type[Model], text: str) -> dict[str, Any]:
    """Every text of a record: the same one, so that each field of each output meets it; only a title has no end."""
    short = text[:5_000]
    found: dict[str, Any] = dict.fromkeys(text_fields(model), short)
    found |= dict.fromkeys(list_fields(model), (short, short))
    return found | ({"title": text} if "title" in found else {})


BROKEN = frozenset(name for name, text in PAYLOADS.items() if any(0xD800 <= ord(one) <= 0xDFFF for one in text))
"""Texts that no model lets through: UTF-8 cannot write them."""


def let_through(payloads: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in payloads.items() if name not in BROKEN}


def a_whole_dataset(payloads: Mapping[str, str], addresses: Sequence[str]) -> Dataset:
    """Records of three countries with each text in every field: measures, events, acts of two records, runs of days,
    figures, problems and changes. The twin of the same names has records of the same ids, kinds and days.
    """
    measures: list[Record] = []
    figures: list[Observation] = []
    acts: list[ActRow] = []
    links: list[LinkRow] = []
    for number, text in enumerate(let_through(payloads).values()):
        country = COUNTRIES[number % len(COUNTRIES)]
        words = texts(Record, text)
        text = text[:5_000]
        words |= {
            "place": f"{text} (place)",
            "country": country,
            "source_url": addresses[number % len(addresses)],
            "links": (addresses[number % len(addresses)], addresses[(number + 1) % len(addresses)]),
            "ends_by_place": ({"place": text, "ends": "2020-07-01"},),
            "history": ({"kind": "changed", "kind_as_written": text, "on": "2020-05-01", "source_record": text},),
            "dates_mentioned": ({"as_written": text},),
        }
        more = {"liberties": ("assembly", "movement"), "assessment": "concerning", "declares_emergency": "yes"}
        first = a_measure(**words | more | {"id": f"icnl-{country}-{number}", "ending_understood": number % 2 == 0})
        second = a_compiled_measure(**words | {"id": f"rti_compiled-{country}-{number}", "introduced": "2020-03-16"})
        measures += [first, second, an_event(**words | {"id": f"idea_tracker-{country}-{number}"})]
        if number % 4 == 0:
            measures.append(
                a_measure(**words | {"id": f"oxcgrt-{country}-{number}", "source": "oxcgrt", "record_kind": "spell"})
            )
        if number % 2:
            left, right = sorted((first.id, second.id))
            acts += [ActRow(act=f"act-{country}-{number}", record=one, home=one) for one in (left, right)]
            links.append(LinkRow(left=left, right=right, verdict="same", score=0.9, linked=0.9, step=text))
        figures.append(
            an_observation(
                **texts(Observation, text)
                | {"country": country, "value": None if number % 2 else 0.5, "source_url": addresses[0]}
            )
        )
    problems = [a_problem(**texts(Problem, text) | {"code": "unknown_term"}) for text in let_through(payloads).values()]
    dataset = a_dataset(measures, figures, problems)
    dataset.acts, dataset.links, dataset.linked_from = acts, links, "these records"
    dataset.changes = [
        Change(
            day=date(2026, 11, 2),
            source="icnl",
            country="KEN",
            kind="changed",
            id="icnl-KEN-0",
            title=text,
            field="title",
            before=text,
            after=text,
            record={"title": text},
        )
        for text in let_through(payloads).values()
    ]
    make_stale(dataset, "icnl")
    return dataset


def hostile_dataset() -> Dataset:
    return a_whole_dataset(PAYLOADS, ADDRESSES)


def plain_dataset() -> Dataset:
    return a_whole_dataset(PLAIN, ("https://example.org/page",))
