"""The catalogue of problems: each kind has a code and a sentence that says what it means and what can be done."""

from civic_tracker import leaving
from civic_tracker.model.schema import Problem
from civic_tracker.store.fitting import fits, is_known
from civic_tracker.text import clean, shorten

_LONGEST_ADDRESS = 2_000

PROBLEMS: dict[str, str] = {
    "country_not_matched": "The country's name was refused. Decide what it means: civic-tracker review.",
    "country_read_as": "The country's name was read in spite of a typo. Check it, and decide: civic-tracker review.",
    "no_title": "The entry has neither a title nor a heading. Look at the document; the page may have changed.",
    "title_shortened": "The title was longer than a title can be; it was cut, and the whole is in `data/local/words/`.",
    "text_kept_back": "Where a term belongs stands text, which must not leave this machine. What was read of it is in "
    "the record, the whole in `data/local/words/`. Look at the document; the page may have changed.",
    "unknown_term": "The source uses a category that `mappings/terms.csv` does not know. Add a row for it.",
    "unknown_indicator": "The source publishes a figure that `mappings/indicators.csv` does not know. Add a row.",
    "date_not_understood": "The words are not a date that can be read without guessing. The words are kept.",
    "ending_not_understood": "The words about the end could not be read. The words are kept; the status is unknown.",
    "end_before_start": "The recorded end lies before the recorded start. Both are kept as published.",
    "link_not_web": "The address is not an http or https address. It was left out.",
    "field_not_read": "The source publishes a field that nobody reads yet.",
    "incomplete_entry": "A part of the entry that is usually there is missing or was set aside.",
    "same_identity": "Two different entries share country, date and title. Both are kept.",
    "same_key": "Two entries that came together have one key of the publisher and differ. The first is kept.",
    "code_and_name_differ": "The country's code and its name mean two countries. The entry was left out.",
    "figures_differ": "Two figures are published for one country, period and indicator. The first is kept.",
    "document_remark": "What the adapter noticed about the document as a whole.",
    "release_superseded": "Measures of an earlier release are no longer counted: the publisher coded the past anew.",
    "starter_replaced": "Bundled facts are no longer counted, since the publisher's own entries are loaded.",
    "period_missing": "The figure or event has no period that can be read.",
}


def problem(
    code: str,
    reason: str,
    *,
    source: str,
    entry: str,
    kept: bool,
    country: str = "",
    title: str = "",
    field: str = "",
    value: str = "",
    suggestion: str = "",
) -> Problem:
    """A problem of a kind that the catalogue knows, its texts cut to what a table can show.

    A value that is text and no term is left out: the reason says how long it is.
    """
    if code not in PROBLEMS:
        raise ValueError(f"'{code}' is not in the catalogue of problems")
    return Problem(
        source=source,
        code=code,
        entry=shorten(entry),
        country_as_written=_fits("country_as_written", country),
        title=shorten(title),
        field=leaving.named(field) if field else "",
        value=_value(field, value),
        reason=shorten(reason, 400),
        suggestion=shorten(suggestion, 400),
        entry_kept=kept,
    )


def kept_back(source: str, entry: str, field: str, whole: str, leaving_now: str, *, country: str) -> Problem:
    """The problem that of the words of a field not all leave; without the words."""
    place = f"The field {field} holds text of {len(whole)} characters"
    if field == "title":
        return problem(
            "title_shortened",
            f"The title has {len(whole)} characters.",
            source=source,
            entry=entry,
            kept=True,
            country=country,
            field=field,
        )
    reason = f"{place}, of which {len(leaving_now)} leave this machine." if leaving_now else f"{place}, which stays."
    return problem("text_kept_back", reason, source=source, entry=entry, kept=True, country=country, field=field)


def _fits(field: str, words: str) -> str:
    return fits(leaving.kinds_of(Problem)[field], clean(words))


def _value(field: str, value: str) -> str:
    """The value as far as it leaves: a link that is none may be longer than a term, and holds few blanks too."""
    cleaned = clean(value)
    if field == "country":
        return fits(leaving.COUNTRY, cleaned)
    if leaving.is_term(cleaned, _LONGEST_ADDRESS) or is_known(cleaned):
        return shorten(cleaned, leaving.VALUE.longest)
    return ""
