"""The one clock: what is stored are days of UTC, what is asked about without a day is the reader's today.

A day that is stored (of a document, of a change, of a run) is only ever compared with :func:`stored_day`: on the
reader's calendar it may be yesterday or tomorrow.
"""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment, in UTC. Everything that asks for the time asks here."""
    return datetime.now(UTC)


def stored_day() -> date:
    """The day under which something is stored that happens now."""
    return now().date()


def readers_day() -> date:
    """Today on this computer's calendar, which is the one its user means."""
    return now().astimezone().date()


def last_stored_day(on: date) -> date:
    """The last stored day that belongs to a day of the reader's.

    In the evening west of Greenwich what is stored now bears the date of tomorrow, and it happened today.
    """
    return max(on, stored_day()) if on == readers_day() else on
