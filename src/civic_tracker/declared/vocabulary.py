"""Words for people: how the schema's codes and dates are written in reports and tables."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import get_args

from civic_tracker import paths
from civic_tracker.declared.tables import read_table
from civic_tracker.errors import DeclarationError
from civic_tracker.model import schema
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.runs import FailureKind

INSTRUMENT_WORDS: dict[schema.Instrument, str] = {
    "order": "Order of the executive",
    "law": "Law",
    "regulation": "Regulation",
    "policy": "Policy",
    "practice": "Practice",
    "unknown": "Not recorded",
}
EFFECT_WORDS: dict[schema.Effect, str] = {
    "restricts": "Restricts",
    "relaxes": "Relaxes a restriction",
    "protects": "Protects",
    "unclear": "Effect not stated",
}
STAGE_WORDS: dict[schema.Stage, str] = {
    "taken": "Taken",
    "proposed": "Proposed only",
    "unconfirmed": "Not confirmed",
}
COVERAGE_WORDS: dict[schema.CoverageState, str] = {
    "has_entries": "Has entries",
    "none_recorded": "Covers the country, records none",
    "not_covered": "Does not cover the country",
    "not_known": "Not known",
}
REASON_WORDS: dict[schema.CoverageReason, str] = {
    "excerpt": "Only an excerpt of this source is loaded; it may hold more.",
    "not_listed": "The country is not on the list of countries that this source covers.",
    "nothing_loaded": "Nothing of this source is loaded.",
    "coverage_unknown": "It is not known which countries this source covers.",
    "excerpt_silent": "Only an excerpt of this source is loaded, so its silence says nothing.",
    "only_named": "No entry of this source was seen; its publisher names these records on another page.",
    "complete_silent": "The source covers the country and records nothing. That is not a finding of no restriction.",
}
SOURCE_STATE_WORDS = {"live": "still updated", "frozen": "no longer updated", "gone": "no longer found"}
MEMBERSHIP_WORDS: dict[schema.MembershipState, str] = {
    "member": "member",
    "suspended": "member, suspended",
    "inactive": "member, designated inactive",
    "non_voting": "member without a vote",
    "withdrawal_announced": "member, withdrawal announced and not seen to be in effect",
    "not_member": "not a member",
    "uncertain": "membership uncertain on that day",
}
EVIDENCE_WORDS: dict[schema.Evidence, str] = {
    "publisher": "read on the publisher's own page",
    "copy": "read in a third party's copy of the page",
    "named": "named by the publisher on another page, not seen as an entry of its tracker",
    "second_hand": "reported by a third party, not confirmed on the publisher's own page",
    "compiled": "documented on the cited pages, not confirmed on any tracker's page",
}
GROUND_WORDS = {
    "access to information": "access to information",
    "NGO space": "the space for non-governmental organisations",
    "expression/assembly/association": "freedom of expression, peaceful assembly and association",
    "media freedom": "media freedom",
}
"""Grounds of OGP's Response Policy, as ``mappings/liberties.csv`` has them."""
FAILURE_WORDS: dict[FailureKind, str] = {
    "unreachable": "nobody answered",
    "refused": "the publisher refused",
    "not_found": "the page is gone",
    "not_the_format": "something else came instead",
    "site_changed": "the site changed",
    "shrunk": "it held fewer entries or countries than expected",
    "suspicious": "its entries looked wrong",
    "internal": "a fault in this program",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class LibertyWords:
    """A liberty's names, its article of the ICCPR, and OGP's words for it (may be empty)."""

    code: schema.Liberty
    iccpr_article: str
    name_en: str
    name_es: str
    name_fr: str
    ogp_policy_area: str
    ogp_challenge_area: str
    response_policy_ground: str


def say_date(value: PartialDate | date | None) -> str:
    """A date in words, as precise as it is known: ``27 March 2020``, ``March 2020``, ``2020``."""
    if value is None:
        return ""
    parts = [str(value.year)]
    if value.month:
        parts.insert(0, _MONTHS[value.month - 1])
    if value.day:
        parts.insert(0, str(value.day))
    return " ".join(parts)


@cache
def liberties() -> dict[str, LibertyWords]:
    """The liberties of ``mappings/liberties.csv``, in the schema's order.

    Raises:
        DeclarationError: when the table and the schema do not have the same liberties.
    """
    path = paths.mappings_dir() / "liberties.csv"
    columns = "liberty iccpr_article name_en name_es name_fr ogp_policy_area ogp_challenge_area response_policy_ground"
    rows = {row["liberty"]: row for row in read_table(path, required=columns.split(), allowed=columns.split())}
    codes: tuple[schema.Liberty, ...] = get_args(schema.Liberty)
    if set(rows) != set(codes):
        odd = sorted(set(rows) ^ set(codes))
        raise DeclarationError(f"{path.name}: must hold each liberty of the schema once; look at: {', '.join(odd)}.")
    return {
        code: LibertyWords(
            code,
            rows[code]["iccpr_article"],
            rows[code]["name_en"],
            rows[code]["name_es"],
            rows[code]["name_fr"],
            rows[code]["ogp_policy_area"],
            rows[code]["ogp_challenge_area"],
            rows[code]["response_policy_ground"],
        )
        for code in codes
    }
