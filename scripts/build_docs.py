"""Write the documents, and the parts of documents, that are generated from the code: ``make docs``."""

from pathlib import Path

from civic_tracker.building.problems import PROBLEMS
from civic_tracker.declared import vocabulary
from civic_tracker.publish import dictionary
from civic_tracker.refreshing.schedule import next_step

DOCS = Path(__file__).resolve().parents[1] / "docs"
_END = "<!-- end of what is generated -->"


def documents() -> dict[str, str]:
    """By name, the whole text of each document of ``docs/`` that is generated, or of which a part is."""
    return {
        "data-dictionary.md": dictionary.data_dictionary(),
        "schema.json": dictionary.json_schema(),
        "messages.md": _messages(),
    }


def _messages() -> str:
    """The page as it is, with the tables of kinds made anew."""
    page = (DOCS / "messages.md").read_text(encoding="utf-8")
    failures = [
        (f"`{kind}`: {words}", next_step(kind, "ID")) for kind, words in sorted(vocabulary.FAILURE_WORDS.items())
    ]
    problems = [(f"`{code}`", meaning) for code, meaning in sorted(PROBLEMS.items())]
    page = _put(page, "failures", ("kind", "what to do"), failures)
    return _put(page, "problems", ("kind", "what it means, and what to do"), problems)


def _put(page: str, name: str, header: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    """The page with a table between the mark of this name and the next mark of an end."""
    before, mark, rest = page.partition(f"<!-- generated: {name} -->\n")
    _, end, after = rest.partition(_END)
    if not mark or not end:
        raise ValueError(f"docs/messages.md: has no place for the generated table of {name}")
    table = "\n".join(f"| {left} | {right} |" for left, right in (header, ("---", "---"), *rows))
    return f"{before}{mark}\n{table}\n\n{end}{after}"


if __name__ == "__main__":
    for name, text in documents().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
