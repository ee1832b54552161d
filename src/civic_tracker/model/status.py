"""Whether a measure still stands on a day, as far as its record tells. Silence is never read as an answer."""

from datetime import date

from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Record, Status

STATUS_WORDS: dict[Status, str] = {
    "ended": "ended",
    "end_date_passed": "recorded end date passed",
    "in_force_until": "recorded end date not reached",
    "no_end_recorded": "no end recorded",
    "not_yet_introduced": "introduced later",
    "unknown": "unknown",
}


def status(measure: Record, on: date) -> Status:
    """The state of a measure on a day, from its own dates.

    ``no_end_recorded`` says only that the source records no end; it does not say that the measure is in force. The
    answer is ``unknown`` for an event (its source records no duration), for a measure that a page only names (such a
    page records no ends), for a spell that its series leaves open, for an act that was proposed or not confirmed, for
    an end whose words were not understood or that a later update may have brought, and on a day that a date known to
    the month or year leaves open.
    """
    began = measure.introduced or measure.period
    if began and began.first_day() > on:
        return "not_yet_introduced"
    if measure.stage != "taken":
        return "unknown"
    if measure.ended_on:
        if on >= measure.ended_on.last_day():
            return "ended"
        return "unknown" if on >= measure.ended_on.first_day() else "in_force_until"
    if measure.ends:
        if on > measure.ends.last_day():
            return "end_date_passed"
        return "unknown" if measure.ends.precision != "day" and on >= measure.ends.first_day() else "in_force_until"
    if measure.record_kind != "measure" or measure.evidence == "named":
        return "unknown"
    if measure.may_have_ended or not measure.ending_understood:
        return "unknown"
    return "no_end_recorded"


def has_end(measure: Record) -> bool:
    """Whether the record states an end, scheduled or past."""
    return measure.ends is not None or measure.ended_on is not None


def tells_of_end(measure: Record) -> bool:
    """Whether the record states an end, has words about one that were not understood, or an update that may be one."""
    return has_end(measure) or measure.may_have_ended or not measure.ending_understood


def lacks_end(measure: Record) -> bool:
    """Whether it is a measure that was taken and for which no end is recorded, on any day.

    An act that relaxes a restriction is not asked for its end, and a page that only names a measure records none.
    """
    return (
        measure.record_kind == "measure"
        and measure.effect != "relaxes"
        and measure.evidence != "named"
        and measure.stage == "taken"
        and not tells_of_end(measure)
    )


def is_confirmed(measure: Record) -> bool:
    """Whether the record was read on the publisher's own page, or in a copy of it."""
    return measure.evidence in {"publisher", "copy"}


def when(measure: Record) -> PartialDate | None:
    """The date a record is placed at in time: its introduction, else the period it is reported under."""
    return measure.introduced or measure.period
