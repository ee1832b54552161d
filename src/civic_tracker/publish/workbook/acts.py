"""The rows of a workbook's acts: one for each act, with everyone who records it, and whether it still stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from civic_tracker.declared.sources import all_sources
from civic_tracker.findings.acts import Act, ActStatus, FieldView, acts_of, status_of
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Record
from civic_tracker.publish.columns import BETWEEN
from civic_tracker.publish.workbook.cells import Cell, Link
from civic_tracker.publish.workbook.columns import ACTS
from civic_tracker.publish.workbook.rows import Row, how_known, in_words
from civic_tracker.store.contents import Dataset
from civic_tracker.words import labels
from civic_tracker.words.languages import Language

_DAYS = ("introduced", "ends", "ended_on")


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of a country in the order of their days, each with its state on the day, and its measures by id."""

    found: Sequence[tuple[Act, ActStatus]]
    by_id: Mapping[str, Record]


def acts_in(part: Dataset, on: date) -> Acts:
    """The acts of a country's records, those that are yet to come too."""
    by_id = {one.id: one for one in part.measures}
    spells = [one for one in part.measures if one.record_kind == "spell"]
    acts = acts_of(part.measures, part.acts, part.links)
    return Acts([(act, status_of(act, by_id, spells, on)) for act in acts], by_id)


def act_rows(acts: Acts, say: Language) -> Iterator[Row]:
    """The acts of a country, in the order of their days; those without one come last."""
    for act, found in acts.found:
        row = _row(act, found, [acts.by_id[record] for record in act.records], say)
        yield [row.get(name) for name in ACTS]


def _row(act: Act, found: ActStatus, own: Sequence[Record], say: Language) -> dict[str, Cell]:
    codes = {"country": act.country, "state": found.state}
    row: dict[str, Cell] = {**codes, **in_words(codes, say)}
    row |= {"act": act.id, "title": act.title, "place": act.place, "introduced": act.introduced}
    # Of an act that is yet to come the state hangs on its first day, which is no end.
    row |= {"since": found.since if found.state != "not_yet_introduced" else None}
    row |= {"last_confirmed": found.last_confirmed, "records": len(own), "record_ids": BETWEEN.join(act.records)}
    row |= _what_it_does(act, own, say)
    row |= _who_says_so(act, own, say)
    differing = [view for view in act.views if view.field in _DAYS and not view.agreed]
    row["differing_days"] = say.listed([_differ(view, say) for view in differing])
    return row


def _what_it_does(act: Act, own: Sequence[Record], say: Language) -> dict[str, Cell]:
    """The kind of act, the freedoms it concerns, and its effect; where records differ, the words are of all of them."""
    stated = {liberty for one in own if one.liberties_basis != "inferred" for liberty in one.liberties}
    told = [one for one in act.liberties if one in stated]
    inferred = [one for one in act.liberties if one not in stated]
    freedoms = (_freedoms(told, "", say), _freedoms(inferred, "inferred", say))
    kinds = _given([one.instrument for one in own], "unknown")
    effects = _given([one.effect for one in own], "unclear")
    said = [how_known(say.word("effect", one), _basis_of_effect(one, own), say) for one in effects]
    return {
        "instrument": act.instrument,
        "instrument_label": say.listed([say.word("instrument", one) for one in kinds]),
        "liberties": BETWEEN.join(act.liberties),
        "liberties_inferred": BETWEEN.join(inferred),
        "liberties_label": say.listed([words for words in freedoms if words]),
        "effect": act.effect,
        "effect_basis": _basis_of_effect(act.effect, own) if len(effects) == 1 else "none",
        "effect_label": say.listed(said),
    }


def _who_says_so(act: Act, own: Sequence[Record], say: Language) -> dict[str, Cell]:
    evidence = dict.fromkeys(one.evidence for one in own)
    return {
        "sources": BETWEEN.join(act.sources),
        "sources_label": ", ".join(all_sources()[one].short_name for one in act.sources),
        "stated_by": say.listed(list(dict.fromkeys(one.stated_by for one in own))),
        "evidence": BETWEEN.join(evidence),
        "evidence_label": say.listed([say.word("evidence", one) for one in evidence]),
        "source_url": next((Link(one.source_url) for one in own if one.source_url), None),
        "link_1": next((Link(one.links[0]) for one in own if one.links), None),
    }


def _given(values: Sequence[str], nothing: str) -> list[str]:
    """The values that say something, each once; ``nothing`` where none does."""
    return list(dict.fromkeys(one for one in values if one != nothing)) or [nothing]


def _basis_of_effect(effect: str, own: Sequence[Record]) -> str:
    """How an effect is known: stated, where one record states it."""
    bases = {one.effect_basis for one in own if one.effect == effect}
    return next((basis for basis in ("published", "inferred") if basis in bases), "none")


def _freedoms(liberties: Sequence[str], basis: str, say: Language) -> str:
    return how_known(say.join([say.liberty(one) for one in liberties]), basis, say) if liberties else ""


def _differ(view: FieldView, say: Language) -> str:
    """The days that the records give, each with who gives it: nothing is averaged."""
    told = []
    for said in view.values:
        names = ", ".join(dict.fromkeys(said.stated_by))
        # Translators: a day, and who says so.
        told.append(say.gettext("{day}: {names}", day=say.date(PartialDate.from_iso(said.value)), names=names))
    # Translators: which day it is, such as Introduced, and the days that differ, each with who says so.
    return say.gettext("{what} ({days})", what=labels.label(view.field, say), days=say.listed(told))
