"""Figures over time, in sentences."""

from civic_tracker.findings.series import Series
from civic_tracker.model.schema import Observation
from civic_tracker.words.languages import Language


def say_series(series: Series, say: Language) -> str:
    """From the last figure before the pandemic to the latest, in one sentence; a publisher's words are not escaped."""
    before, latest = series.baseline, series.latest
    value, period = say.figure(latest), say.period(latest.period)
    if before is None:
        return say.gettext("{value} ({period}); no figure from before the pandemic.", value=value, period=period)
    if series.over:
        return say.gettext("{value} ({period}); no later figure.", value=value, period=period)
    return say.gettext(
        "From {before} ({before_period}) to {value} ({period}).",
        before=say.figure(before),
        before_period=say.period(before.period),
        value=value,
        period=period,
    )


def say_figures(series: Series, say: Language) -> str:
    """The same for a cell of a table: ``2019: 0.62; 2020: 0.58``."""

    def told(one: Observation) -> str:
        # Translators: a period, and the figure of it.
        return say.gettext("{period}: {value}", period=say.period(one.period), value=say.figure(one))

    before, latest = series.baseline, series.latest
    if before is None:
        return say.listed([told(latest), say.gettext("no figure from before the pandemic")])
    if series.over:
        return say.listed([told(latest), say.gettext("no later figure")])
    return say.listed([told(before), told(latest)])
