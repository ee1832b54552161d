"""The one schema: what a measure, an observation, a problem, a member and a country summary are.

The data dictionary (``docs/data-dictionary.md``) and the JSON Schema are generated from these models, so a field's
description here is what an analyst reads there.
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from civic_tracker import leaving
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.periods import Period

Liberty = Literal[
    "assembly",
    "association",
    "expression",
    "press",
    "information",
    "privacy",
    "movement",
    "religion",
    "security",
    "fair_trial",
    "participation",
    "equality",
    "oversight",
]
Instrument = Literal["order", "law", "regulation", "policy", "practice", "unknown"]
Effect = Literal["restricts", "relaxes", "protects", "unclear"]
Basis = Literal["published", "inferred", "none"]
Evidence = Literal["publisher", "copy", "named", "second_hand", "compiled"]
Stage = Literal["taken", "proposed", "unconfirmed"]
YesNoUnknown = Literal["yes", "no", "unknown"]
Assessment = Literal[
    "", "concerning", "to_watch", "none_flagged", "election", "+2", "+1", "0", "-1", "-2", "positive", "negative"
]
Status = Literal["ended", "end_date_passed", "in_force_until", "no_end_recorded", "not_yet_introduced", "unknown"]
RecordKind = Literal["measure", "event", "spell"]
StepKind = Literal["introduced", "changed", "extended", "relaxed", "ended", "other"]
Verdict = Literal["same", "related", "different"]
CoverageState = Literal["has_entries", "none_recorded", "not_covered", "not_known"]
CoverageReason = Literal[
    "",
    "excerpt",
    "not_listed",
    "nothing_loaded",
    "coverage_unknown",
    "excerpt_silent",
    "only_named",
    "complete_silent",
]
MembershipState = Literal[
    "member", "suspended", "inactive", "non_voting", "withdrawal_announced", "not_member", "uncertain"
]

Iso3 = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), leaving.CODE]
Url = Annotated[str, Field(pattern=r"^(https?://\S+)?$"), leaving.ADDRESS]

# What the words of a field are, and so how much of them leaves this machine: see civic_tracker.leaving.
Code = Annotated[str, leaving.CODE]
CodeList = Annotated[tuple[str, ...], leaving.CODE]
Address = Annotated[str, leaving.ADDRESS]
TermWords = Annotated[str, leaving.TERM]
ValueAsWritten = Annotated[str, leaving.VALUE]
ListOfTerms = Annotated[str, leaving.TERMS]
TermList = Annotated[tuple[str, ...], leaving.TERM]
CountryName = Annotated[str, leaving.COUNTRY]
Names = Annotated[str, leaving.NAMES]
Title = Annotated[str, leaving.TITLE]
PlaceInDocument = Annotated[str, leaving.PLACE]
Ours = Annotated[str, leaving.OURS]
OursList = Annotated[tuple[str, ...], leaving.OURS]
Text = Annotated[str, leaving.TEXT]
TextList = Annotated[tuple[str, ...], leaving.TEXT]


_FIELDS_TOLD: set[str] = set()


class Model(BaseModel):
    """Base of all models: unknown fields are refused, values cannot change.

    Which fields a record was told, and which are defaults, is forgotten: pydantic's own note of it takes a third of a
    record's memory, and equal records are equal either way. (So ``exclude_unset`` leaves out everything.)
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
    all_words: ClassVar[leaving.Leaves | None] = None
    """What the words of all its fields are, where that is the same for all."""

    def model_post_init(self, _context: Any, /) -> None:
        object.__setattr__(self, "__pydantic_fields_set__", _FIELDS_TOLD)


class EndByPlace(Model):
    """An end date that holds for a part of the country only."""

    place: Names = Field(description="The place, as the publisher writes it.")
    ends: PartialDate = Field(description="The end recorded for that place.")


class DateMentioned(Model):
    """A date that stands in a publisher's prose, whose role (start, end, news) the text alone tells."""

    as_written: TermWords = Field(description="The publisher's words.")
    date: PartialDate | None = Field(default=None, description="What was read from them; empty when not understood.")
    year_from_source: bool = Field(
        default=False,
        description="True when the words give no year and the year is the one that the source's declaration states.",
    )


class Step(Model):
    """A later step in the life of a measure, as its source records it."""

    kind: StepKind = Field(description="What the step did, by `mappings/terms.csv`; `other` when that is not told.")
    kind_as_written: TermWords = Field(description="The source's word for it.")
    on: PartialDate | None = Field(default=None, description="The day it took effect; empty when not recorded.")
    source_record: PlaceInDocument = Field(description="Where it stands in the document.")


class Record(Model):
    """A dated act or practice by a public authority that touches a civil liberty, as one source records it."""

    id: Code = Field(
        pattern=r"^[a-z0-9_]+-[A-Z]{3}-[a-z0-9-]+$",
        description="Stable across runs and across the publisher's edits of tags and text: the publisher's own key, "
        "else a hash of source, country, date and title.",
    )
    source: Code = Field(description="Id of the source declaration (`sources/<id>.toml`).")
    evidence: Evidence = Field(
        description="Where the record was read. `publisher`: on the publisher's own page or file; `copy`: in a third "
        "party's copy of it; `named`: the publisher names it on another page, such as an analysis, and no entry was "
        "seen; `second_hand`: a third party reports what the publisher recorded; `compiled`: a real "
        "measure documented on the cited pages, which no tracker's page was seen to list."
    )
    stated_by: Ours = Field(description="Who says so, in words fit for a citation.")
    country: Iso3 = Field(description="ISO 3166-1 alpha-3, `XKX` for Kosovo.")
    country_as_written: CountryName = Field(description="The country as the source writes it.")
    place: Names = Field(default="", description="The part of the country concerned, when the source names one.")
    title: Title = Field(min_length=1, description="The publisher's title, or ours where `title_by` says so.")
    title_by: Literal["publisher", "civic-tracker"] = Field(
        description="Whose words the title is: the publisher's, or this project's own, which for data without titles "
        "are put together from the publisher's labels."
    )
    language: Code = Field(default="", pattern=r"^([a-z]{2,3})?$", description="Language of title and description.")
    description: Text = Field(
        default="",
        description="The publisher's text. Kept on the machine that imported it; exported only where the source's "
        "licence lets it.",
    )
    record_kind: RecordKind = Field(
        description="`measure`: the source lists measures, which last; `event`: it reports events of a month, or says "
        "that the act was done once, and records no duration; `spell`: the source publishes a level for each day, and "
        "this is a run of days at one level: context beside measures, and counted apart."
    )
    release: Code = Field(
        default="",
        description="The publisher's release; of a source with several, the measures are those of the newest.",
    )
    stage: Stage = Field(default="taken", description="Whether the act was taken, only proposed, or not confirmed.")
    instrument: Instrument = Field(
        default="unknown",
        description="Kind of instrument, in ICNL's typology: order (executive), law (legislature), regulation, policy "
        "(does not bind), practice.",
    )
    instrument_as_written: TermWords = Field(default="", description="The type as the source writes it.")
    instrument_name: Title = Field(default="", description="The instrument's name and number, e.g. `Decreto 298/2020`.")
    liberties: tuple[Liberty, ...] = Field(default=(), description="The liberties concerned (see the table below).")
    liberties_basis: Basis = Field(
        default="none",
        description="`published`: from the source's own categories by `mappings/terms.csv`; `inferred`: suggested by "
        "words of the title through `mappings/keywords.csv`; `none`: unclassified.",
    )
    tags_as_written: TermList = Field(default=(), description="The source's categories, as it writes them.")
    effect: Effect = Field(default="unclear", description="What the act does to the liberties concerned.")
    effect_basis: Basis = Field(default="none", description="As `liberties_basis`.")
    effect_as_written: TermWords = Field(default="", description="The source's own word or heading for the effect.")
    declares_emergency: YesNoUnknown = Field(
        default="unknown",
        description="Whether the act itself declares or renews a state of emergency or its equivalent. Narrower than "
        "ICNL's issue Emergency, which also marks acts that amend, apply or end one.",
    )
    declares_emergency_basis: Basis = Field(default="none", description="As `liberties_basis`.")
    introduced: PartialDate | None = Field(default=None, description="When it was introduced, as precise as recorded.")
    introduced_as_written: TermWords = Field(default="", description="The source's words for that date.")
    period: PartialDate | None = Field(
        default=None, description="The month or year a source reports under; the act may be of another month."
    )
    period_as_written: TermWords = Field(default="", description="The source's words for that period.")
    ends: PartialDate | None = Field(default=None, description="The recorded or scheduled end.")
    ended_on: PartialDate | None = Field(default=None, description="When it was lifted, repealed or struck down.")
    ending_as_written: TermWords = Field(default="", description="The source's words about the end.")
    ending_understood: bool = Field(
        default=True, description="False when the source says something about the end that could not be read."
    )
    penalty_as_written: ListOfTerms = Field(
        default="", description="What the source says of penalties, or of whether the act binds."
    )
    history: tuple[Step, ...] = Field(default=(), description="Later steps that the source records, oldest first.")
    ends_by_place: tuple[EndByPlace, ...] = Field(default=(), description="Ends that differ by place.")
    may_have_ended: bool = Field(
        default=False,
        description="True when words of the publisher's last update suggest that the act ended or was reversed.",
    )
    assessment: Assessment = Field(
        default="", description="The publisher's own assessment, never ours; scores are relative to the country."
    )
    assessment_as_written: TermWords = Field(default="", description="The publisher's words or sign for it.")
    flags: TermList = Field(default=(), description="The publisher's flags, such as `Watch flag`.")
    updates: TextList = Field(
        default=(), description="Later paragraphs the publisher added; kept and exported like `description`."
    )
    updates_count: int = Field(default=0, ge=0, description="How many updates the publisher added.")
    dates_mentioned: tuple[DateMentioned, ...] = Field(default=(), description="Dates that stand in the prose.")
    links: tuple[Url, ...] = Field(default=(), description="Citations the source gives, http(s) only.")
    source_url: Url = Field(default="", description="The page where it was read.")
    source_record: PlaceInDocument = Field(description="Snapshot (SHA-256) or starter file, and the place in it.")
    retrieved: date | None = Field(default=None, description="Day the document was retrieved; empty when not recorded.")
    note: Ours = Field(default="", description="A note in this project's own words.")

    @property
    def is_act(self) -> bool:
        """Whether it is an act on its own day: neither a run of days in a series, nor only proposed, nor a report of a
        month."""
        return self.record_kind != "spell" and self.stage == "taken" and self.period is None

    @property
    def is_starter(self) -> bool:
        """Whether it is one of the bundled facts, whose words are this project's own."""
        return self.source_record.startswith("starter/")

    @field_validator("liberties")
    @classmethod
    def _distinct(cls, value: tuple[Liberty, ...]) -> tuple[Liberty, ...]:
        if len(set(value)) != len(value):
            raise ValueError("a liberty is listed twice")
        return value


class Observation(Model):
    """A published figure about a country in a period: context for a report, never mixed with measures."""

    source: Code = Field(description="Id of the source declaration.")
    release: Code = Field(
        default="", description="The publisher's release; figures of two releases are not one series."
    )
    country: Iso3 = Field(description="ISO 3166-1 alpha-3, `XKX` for Kosovo.")
    country_as_written: CountryName = Field(description="The country as the source writes it.")
    period: Period = Field(
        description="What the figure is about: a year, quarter, month or day, or an interval of two of these, both "
        "included."
    )
    period_as_written: TermWords = Field(
        default="", description="The publisher's name of the period, where it differs."
    )
    daily: bool = Field(
        default=False,
        description="True: the figure was published for each day of the interval; the days are written as one row.",
    )
    indicator: Code = Field(description="Our name of the indicator (see `mappings/indicators.csv`).")
    indicator_as_written: TermWords = Field(description="The column or label as published.")
    value: float | None = Field(default=None, description="The figure; empty when what was published is no number.")
    value_as_written: TermWords = Field(description="The figure as published.")
    lower: float | None = Field(default=None, description="Lower bound as published; may lie outside the scale.")
    upper: float | None = Field(default=None, description="Upper bound as published; may lie outside the scale.")
    evidence: Evidence = Field(default="publisher", description="As for a measure.")
    stated_by: Ours = Field(description="Who says so.")
    source_url: Url = Field(default="", description="The page where it was read.")
    source_record: PlaceInDocument = Field(description="Snapshot (SHA-256) or starter file, and the place in it.")
    retrieved: date | None = Field(default=None, description="Day the document was retrieved; empty when not recorded.")
    note: Ours = Field(default="", description="A note in this project's own words.")


class Problem(Model):
    """Something that could not be understood, with its place and reason."""

    source: Code = Field(description="Id of the source declaration.")
    code: Code = Field(pattern=r"^[a-z_]+$", description="Kind of problem (see the table below).")
    entry: PlaceInDocument = Field(description="Document and place in it.")
    country_as_written: CountryName = Field(default="", description="The country as the source writes it.")
    title: Title = Field(default="", description="The entry's title, as far as there is one.")
    field: TermWords = Field(default="", description="The field concerned.")
    value: ValueAsWritten = Field(default="", description="The value that was not understood.")
    reason: Ours = Field(description="What is wrong, in a sentence.")
    suggestion: Ours = Field(default="", description="What it may mean; for names, the nearest countries.")
    entry_kept: bool = Field(description="True: the record is in the dataset; false: it could not become one.")


class WholeWords(Model):
    """The whole wording of a field that lets a term, names or a title leave: it stays in `data/local/words/`."""

    source: Code = Field(description="Id of the source declaration.")
    entry: PlaceInDocument = Field(description="Document and place in it, as for a problem.")
    field: TermWords = Field(description="The field concerned.")
    words: Text = Field(description="The publisher's words.")


class ActRow(Model):
    """One line of ``acts.csv``: a record that tells of one act with others, by its score or by a decision."""

    act: Code = Field(description="Id of the act.")
    record: Code = Field(description="Id of the measure.")
    home: Code = Field(description="The record that founded the act which the scores put it into; keeps ids stable.")


class LinkRow(Model):
    """One line of ``links.csv``: two records of two sources that are one act, related, or doubtful."""

    left: Code = Field(description="Id of a measure.")
    right: Code = Field(description="Id of the other, which is the greater.")
    verdict: Verdict = Field(description="`same`, `related` or `different`.")
    score: float = Field(description="How surely they are the same act, from 0 to 1; 1 or 0 where people decided.")
    linked: float = Field(description="How surely they are the same or related.")
    decided: bool = Field(default=False, description="Whether people decided it.")
    step: Code = Field(default="", description="The later step of `left` or `right` that the other record describes.")


class SourceCount(Model):
    """The conservation law of one source: every entry parsed is accounted for."""

    source: Code = Field(description="Id of the source declaration.")
    entries: int = Field(ge=0, description="Entries that the adapter found.")
    measures: int = Field(ge=0, description="Entries that became a measure.")
    figures: int = Field(ge=0, description="Entries that became an observation.")
    duplicates: int = Field(ge=0, description="Entries that repeat another one exactly, merged into it.")
    joined: int = Field(
        default=0, ge=0, description="Entries that continue or repeat a measure in later rows, joined to its record."
    )
    superseded: int = Field(
        default=0, ge=0, description="Measures of an earlier release, which gave way to those of the newest."
    )
    asides: int = Field(
        ge=0, description="Entries that are not about one country's civic space, set aside with a reason."
    )
    rejected: int = Field(ge=0, description="Entries that could not be understood; each is listed as a problem.")

    @property
    def balanced(self) -> bool:
        kept = self.measures + self.figures
        return self.entries == kept + self.duplicates + self.joined + self.superseded + self.asides + self.rejected


class Member(Model):
    """A country that is or was in the Open Government Partnership, as of a day."""

    country: Iso3 = Field(description="ISO 3166-1 alpha-3, `XKX` for Kosovo.")
    name_en: Ours = Field(description="Name in English as OGP writes it.")
    name_es: Ours = Field(description="Usual Spanish name.")
    name_fr: Ours = Field(description="Usual French name.")
    region: Ours = Field(description="OGP's region; empty when not seen.")
    region_certain: bool = Field(description="Whether OGP was seen to file it there.")
    commitment_prefix: Code = Field(description="OGP's prefix of its commitment ids; not an ISO code.")
    state: MembershipState = Field(description="State of membership on the day asked about.")
    on: date = Field(description="The day asked about.")
    since: PartialDate | None = Field(description="When it joined, as precise as known.")
    confirmed_as_of: Ours = Field(
        default="", description="When the present state was last seen confirmed; empty when nothing later was seen."
    )
    note: Ours = Field(default="", description="What is known of the membership, in this project's words.")

    @property
    def counted(self) -> bool:
        """Whether it is a member on the day: one that is suspended or inactive, or that has only announced that it
        withdraws, still is."""
        return self.state in {"member", "suspended", "inactive", "non_voting", "withdrawal_announced"}


class Tally(Model):
    """How many records share one value, and the span of their dates."""

    value: Code = Field(description="The liberty, instrument, status or other value counted.")
    records: int = Field(ge=0, description="Records (not acts: two sources may record one act).")
    with_end: int = Field(ge=0, description="Records with a recorded end.")
    without_end: int = Field(ge=0, description="Measures with no recorded end; events are not counted here.")
    first: PartialDate | None = Field(default=None, description="Earliest date of introduction or reporting.")
    latest: PartialDate | None = Field(default=None, description="Latest date of introduction or reporting.")


class Coverage(Model):
    """What one source says, or does not say, about one country."""

    source: Code = Field(description="Id of the source declaration.")
    state: CoverageState = Field(
        description="`has_entries`; `none_recorded`: the source covers the country and the complete list that is "
        "loaded has none; `not_covered`; `not_known`: only a part of the source's list is loaded, or its coverage is "
        "not known."
    )
    records: int = Field(ge=0, description="Measures, events and spells of this source, whatever their date.")
    figures: int = Field(default=0, ge=0, description="Published figures of this source.")
    confirmed: int = Field(ge=0, description="Of the records, read on the publisher's own page or a copy of it.")
    checked: date | None = Field(
        default=None,
        description="Day of its newest document here; empty where only bundled facts or nothing is loaded.",
    )
    reason: CoverageReason = Field(description="Why the state is what it is; empty where the entries say all.")
    loaded: bool = Field(description="Whether anything of this source is loaded, about whatever country.")
    stale_since: date | None = Field(
        default=None, description="Since when its newer page could not be taken over, as `reason` says in words."
    )
    stale_kind: Code = Field(default="", description="Why not: the kind of failure (see `docs/reliability.md`).")


class CountrySummary(Model):
    """What the dataset holds on one country on one day. Facts per area: no score, no rank, no verdict."""

    country: Iso3 = Field(description="ISO 3166-1 alpha-3, `XKX` for Kosovo.")
    name: Ours = Field(description="Name in English.")
    on: date = Field(description="The day asked about; records dated later are left out.")
    membership: MembershipState = Field(description="State in the Open Government Partnership on that day.")
    region: Ours = Field(description="OGP's region; empty when not seen.")
    records: int = Field(ge=0, description="Records dated on or before the day, and those without a date.")
    acts: int = Field(
        default=0, ge=0, description="Acts that the records tell of: one act in two trackers counts once."
    )
    restricting: int = Field(ge=0, description="Of these, records whose effect is `restricts`.")
    confirmed: int = Field(ge=0, description="Of these, read on the publisher's own page or a copy of it.")
    emergencies: int = Field(ge=0, description="Records that declare or renew an emergency.")
    with_end: int = Field(ge=0, description="Records with a recorded end.")
    without_end: int = Field(ge=0, description="Measures with no recorded end; events are not counted here.")
    unclassified: int = Field(ge=0, description="Records for which no liberty is known.")
    spells: int = Field(
        ge=0, description="Runs of days at one level of a daily series; context, in none of the other counts."
    )
    undated: int = Field(ge=0, description="Records without any date, counted on every day.")
    first: PartialDate | None = Field(default=None, description="Earliest date of introduction or reporting.")
    latest: PartialDate | None = Field(default=None, description="Latest date of introduction or reporting.")
    by_liberty: tuple[Tally, ...] = Field(description="One row per liberty with records.")
    by_instrument: tuple[Tally, ...] = Field(description="One row per kind of instrument with records.")
    by_status: tuple[Tally, ...] = Field(description="One row per status on the day with records.")
    by_effect: tuple[Tally, ...] = Field(description="One row per effect with records.")
    coverage: tuple[Coverage, ...] = Field(description="One row per source.")
    observations: tuple[Observation, ...] = Field(description="The latest figure of each indicator, as context.")
