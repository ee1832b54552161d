"""What a refresh that nobody watches needs: files for a scheduler, and words for the person who is called."""

import re
from pathlib import Path
from typing import Literal, get_args

from civic_tracker.declared.sources import all_sources
from civic_tracker.declared.vocabulary import FAILURE_WORDS, say_date
from civic_tracker.errors import UsageError
from civic_tracker.model.runs import FailureKind
from civic_tracker.refreshing.refresh import RunReport, SourceReport

Scheduler = Literal["github", "systemd", "cron"]
SCHEDULERS: tuple[Scheduler, ...] = get_args(Scheduler)
_FILES: dict[Scheduler, tuple[str, ...]] = {
    "github": ("refresh.yml",),
    "systemd": ("civic-tracker.service", "civic-tracker.timer"),
    "cron": ("civic-tracker.cron",),
}
MODULE = " -m civic_tracker"  # how the program is called where it has no file of its own
_TEMPLATES = Path(__file__).parents[1] / "templates" / "schedule"
_LONGEST_TITLE = 200  # GitHub takes 256 characters
_NEXT: dict[FailureKind, str] = {
    "unreachable": "Nothing today: the next refresh asks again. If it lasts a week, open {address} in a browser.",
    "refused": "Open {address} in a browser. If you see the page, save it: civic-tracker import {source} FILE",
    "not_found": "Look for the page's new address, and put it into sources/{source}.toml.",
    "not_the_format": "Open {address} and see what comes. If the file has a new form, its adapter must learn it: "
    "docs/adding-a-source.md",
    "site_changed": "Open {address} and see what changed. Its adapter must learn the new page: docs/adding-a-source.md",
    "shrunk": "Open {address}. If the publisher really cut its list: "
    "civic-tracker refresh {source} --accept-shrink {source}",
    "suspicious": "Open {address}. If the publisher renamed something, add rows to mappings/terms.csv, then: "
    "civic-tracker refresh {source}",
    "internal": "This is a fault of the program: send the report of the run (runs/latest.json) to its maintainers.",
}


def files(scheduler: Scheduler, *, at: str, program: str, data: Path, user: str) -> dict[str, str]:
    """The files for a scheduler, by name. ``at`` is the time of day: UTC on GitHub, else that of the machine.

    Raises:
        UsageError: for a time that is none, or a path that schedulers would not read as it is written.
    """
    hour, minute = _time(at)
    words = {"CRON": f"{minute} {hour} * * *", "AT": f"{hour:02}:{minute:02}"}
    if scheduler != "github":
        words |= {"PROGRAM": program, "DATA": str(data), "HOME": str(data.parent), "USER": user}
        _refuse_what_schedulers_read(program.removesuffix(MODULE), str(data), user)
    return {name: _filled((_TEMPLATES / name).read_text(encoding="utf-8"), words) for name in _FILES[scheduler]}


def is_ours(name: str) -> bool:
    """Whether a name is of a file for a scheduler."""
    return any(name in names for names in _FILES.values())


def next_step(kind: FailureKind, source: str, address: str = "") -> str:
    """What a person can do about a failure of this kind, in one line."""
    return _NEXT[kind].format(source=source, address=address or "the publisher's page")


def run_in_markdown(report: RunReport) -> str:
    """What a run did, for an issue or an e-mail: a title, then why each source failed and what to do next."""
    failed = [(one, one.failure) for one in report.sources if one.failure]
    if report.exit_status > 1:
        title = "The refresh could not be done"
        text = [f"{code(report.error)}", "Next: see what is wrong with `civic-tracker doctor`, then refresh again."]
    elif failed:
        title = "Refresh: " + ", ".join(f"{one.source} ({kind})" for one, kind in failed)
        text = ["Each of these sources keeps its last good data. This closes by itself once all are well again."]
        text += [_failure_in_markdown(one, kind) for one, kind in failed]
    else:
        title = "The refresh went well"
        text = [f"{len(report.sources)} sources; {report.changes} lines of history added."]
    text += [code(remark) for remark in report.remarks]
    if report.sources:
        text.append(_table_in_markdown(report))
    text.append(f"Refreshed by civic-tracker {report.version}, {report.started:%Y-%m-%d %H:%M} UTC.")
    return "\n\n".join([f"# {_cut(title)}", *text]) + "\n"


def code(text: str) -> str:
    """Words of other people, so that Markdown shows them and does nothing else with them: no link, no mention."""
    return f"`{' '.join(text.replace('`', chr(39)).split())}`"


def _failure_in_markdown(one: SourceReport, kind: FailureKind) -> str:
    source = all_sources().get(one.source)
    lines = [
        f"**{source.name if source else one.source}**: {FAILURE_WORDS[kind]}.",
        f"- Why: {code(one.reason)}",
        f"- Next: {next_step(kind, one.source, one.address)}",
    ]
    if one.stale_since:
        lines.insert(1, f"- Stale since {say_date(one.stale_since)}.")
    return "\n".join(lines)


def _table_in_markdown(report: RunReport) -> str:
    rows = [
        "| source | outcome | requests | entries | measures | figures | problems |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for one in report.sources:
        numbers = (one.requests, one.entries or "", one.measures, one.figures, one.problems)
        rows.append(f"| {one.source} | {one.failure or one.outcome} | {' | '.join(map(str, numbers))} |")
    return "\n".join(rows)


def _cut(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _time(at: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", at)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise UsageError(f"--at: '{at}' is not a time of day. Write it as 05:17.")
    return int(found[1]), int(found[2])


def _refuse_what_schedulers_read(*values: str) -> None:
    for value in values:
        if not re.fullmatch(r"[\w/.+-]+", value):
            raise UsageError(
                f"'{value}': cron and systemd may misread it. Use only letters, digits and / . _ + - in it."
            )


def _filled(template: str, words: dict[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda match: words[match[1]], template)
