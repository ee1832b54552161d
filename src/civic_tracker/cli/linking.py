"""Commands about acts: links (list, explain, decide, forget), acts, rollback."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from civic_tracker import clock
from civic_tracker.cli.console import AsJson, DataDir, On, folder_of, out, print_json, print_table
from civic_tracker.errors import UsageError
from civic_tracker.store import workspace

if TYPE_CHECKING:
    from civic_tracker.findings.acts import Act, ActStatus
    from civic_tracker.model.schema import Record
    from civic_tracker.store.contents import Dataset

Country = Annotated[str | None, typer.Option("--country", help="Of one country: ISO code or name.")]
One = Annotated[str, typer.Argument(metavar="A", help="Id of a record.")]
Other = Annotated[str, typer.Argument(metavar="B", help="Id of another.")]

links_app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="Which records of different trackers are one act: the doubtful pairs first.\n\n"
    "Example: civic-tracker links --country Kenya",
)


@links_app.callback()
def links(
    context: typer.Context,
    country: Country = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many pairs to show.")] = 20,
    decided: Annotated[bool, typer.Option("--decided", help="Show what people decided instead.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    if context.invoked_subcommand:
        if data_dir is not None:
            context.obj = data_dir
        return
    from civic_tracker.linking.link import DOUBTFUL
    from civic_tracker.linking.score import SAME_FROM

    dataset = _loaded(context, data_dir, country)
    titles = {one.id: one for one in dataset.measures}
    rows = [row for row in dataset.links if row.left in titles and row.right in titles]
    if decided:
        shown = [row for row in rows if row.decided]
    else:
        shown = [row for row in rows if not row.decided and not row.step and DOUBTFUL[0] <= row.score <= DOUBTFUL[1]]
        shown.sort(key=lambda row: (abs(row.score - SAME_FROM), row.left, row.right))
    if as_json:
        print_json([row.model_dump(mode="json") for row in shown[:limit]])
        return
    for row in shown[:limit]:
        out.print(f"\n[bold]{row.verdict}[/bold], score of one act {row.score:.2f}{' (decided)' * row.decided}")
        for name in (row.left, row.right):
            out.print(f"  {escape(_described(titles[name]))}", soft_wrap=True)
    kind = "decided pairs" if decided else "doubtful pairs"
    out.print(f"\n{len(shown)} {kind}" + (f", of which {limit} are shown" if len(shown) > limit else ""))
    if shown and not decided:
        out.print(f"Look at one: civic-tracker links explain {shown[0].left} {shown[0].right}", soft_wrap=True)


@links_app.command("explain")
def explain(context: typer.Context, one: One, other: Other, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Why two records are held to be one act, related or different, feature by feature.

    Example: civic-tracker links explain acaps-KEN-p4711 coronanet-KEN-p123
    """
    from civic_tracker.linking import compare, from_measure, profile
    from civic_tracker.linking import explain as reasons_of
    from civic_tracker.linking.decisions import decisions

    left, right = _pair(context, data_dir, one, other)
    a, b = profile(from_measure(left)), profile(from_measure(right))
    judgement, reasons = compare(a, b), reasons_of(a, b)
    decision = decisions().get((min(one, other), max(one, other)))
    if as_json:
        print_json(
            {
                "left": left.id,
                "right": right.id,
                "verdict": judgement.verdict,
                "score": judgement.score,
                "linked": judgement.linked,
                "decision": decision.answer if decision else None,
                "reasons": [
                    {"feature": x.feature, "value": x.value, "weight": x.weight, "sentence": x.sentence}
                    for x in reasons
                ],
            }
        )
        return
    for measure in (left, right):
        out.print(escape(_described(measure)), soft_wrap=True)
    out.print(
        f"\nBy the score: {judgement.verdict} ({judgement.score:.2f} for one act, {judgement.linked:.2f} for linked)"
    )
    if decision:
        out.print(f"Decided: {decision.answer}, by {escape(decision.who)} on {decision.when}: {escape(decision.why)}")
    rows = [(x.feature, x.value, f"{x.weight:+.2f}", x.sentence) for x in reasons]
    print_table(
        "What speaks for one act (+) and against (-)", ["Feature", "Value", "Weight", "Meaning"], rows, [2], heading=2
    )


@links_app.command("decide")
def decide(
    context: typer.Context,
    one: One,
    other: Other,
    answer: Annotated[str, typer.Argument(help="same, related or different.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for those who read the table.")] = "",
    who: Annotated[str, typer.Option("--who", help="Who decides. Without it: the name you are logged in with.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Decide what two records are to each other; it holds in every run from now on.

    Example: civic-tracker links decide acaps-KEN-p4711 coronanet-KEN-p123 same --why "both quote Order 3/2020"
    """
    from civic_tracker.linking import decisions

    left, right = _pair(context, data_dir, one, other)
    if left.country != right.country:
        raise UsageError(f"{one} is of {left.country}, {other} of {right.country}: they cannot be one act.")
    today = clock.stored_day().isoformat()
    made = decisions.decide(left.id, right.id, answer, who=who or getpass.getuser(), when=today, why=why)
    out.print(f"Written: {made.left} and {made.right} are {made.answer}. Next: civic-tracker run", soft_wrap=True)


@links_app.command("forget")
def forget(one: One, other: Other) -> None:
    """Take a decision back; the acts become what they were without it.

    Example: civic-tracker links forget acaps-KEN-p4711 coronanet-KEN-p123
    """
    from civic_tracker.linking import decisions

    gone = decisions.forget(one, other)
    out.print(f"Taken out: {gone.left} and {gone.right} were {gone.answer}. Next: civic-tracker run", soft_wrap=True)


def acts(
    context: typer.Context,
    country: Annotated[str, typer.Argument(help="ISO code, or name in English, Spanish or French.")],
    on: On = None,
    shared: Annotated[bool, typer.Option("--shared", help="Only acts that several records tell of.")] = False,
    one: Annotated[str, typer.Option("--id", metavar="ACT", help="One act in full: who says what, and its life.")] = "",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """The acts of one country: each once, with everyone who reports it, and whether it still stands.

    Example: civic-tracker acts Kenya --on 2020-12-31
    """
    from civic_tracker.findings.acts import STATE_WORDS, acts_of, status_of

    code, day = workspace.country_code(country), workspace.day(on)
    dataset = workspace.load(folder_of(context, data_dir), country=code)
    by_id = {one.id: one for one in dataset.measures}
    spells = [one for one in dataset.measures if one.record_kind == "spell"]
    found = [
        (act, status_of(act, by_id, spells, day))
        for act in acts_of(dataset.measures, dataset.acts, dataset.links)
        if (len(act.records) > 1 or not shared) and one in {"", act.id}
    ]
    found = [(act, state) for act, state in found if state.state != "not_yet_introduced" or one]
    if one and not found:
        raise UsageError(f"There is no act '{one}' of {code}. List them: civic-tracker acts {code}")
    if as_json:
        print_json([act.model_dump(mode="json") | {"status": state.model_dump(mode="json")} for act, state in found])
        return
    if one:
        _show_act(*found[0])
        return
    rows = [
        (
            act.introduced or "no date",
            act.title + (f" ({act.place})" if act.place and act.place not in act.title else ""),
            ", ".join(dict.fromkeys(by_id[one].stated_by for one in act.records)),
            STATE_WORDS[state.state] + (f" ({state.since})" if state.since else ""),
            act.id,
        )
        for act, state in found
    ]
    print_table(f"Acts of {code} on {day}", ["First day", "What", "Who says so", "State", "Id"], rows, heading=2)
    records = sum(len(act.records) for act, _ in found)
    out.print(f"{len(found)} acts, told by {records} records.")


def rollback(
    context: typer.Context,
    country: Annotated[str | None, typer.Argument(help="ISO code or name; all OGP members without it.")] = None,
    on: On = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """What was rolled back and what was not: restrictions as acts, by whether somebody records their end.

    Example: civic-tracker rollback Kenya
    """
    from civic_tracker.declared import members
    from civic_tracker.findings.acts import STATE_WORDS
    from civic_tracker.findings.rollback import ORDER
    from civic_tracker.findings.rollback import rollback as rolled_back
    from civic_tracker.store.contents import Dataset, by_country

    day, chosen = workspace.day(on), folder_of(context, data_dir)
    if country is not None:
        code = workspace.country_code(country)
        made = rolled_back(workspace.load(chosen, country=code), code, day)
        if as_json:
            print_json(made.model_dump(mode="json"))
            return
        rows = [
            (
                STATE_WORDS[row.status.state],
                row.act.introduced or "no date",
                "" if row.days is None else row.days,
                row.act.title,
                " ".join(row.status.evidence),
            )
            for row in made.rows
        ]
        names = ["State", "First day", "Days", "What", "Evidence"]
        print_table(f"Restrictions of {code} on {day}, as acts", names, rows, [2], heading=1)
        _explain_counts()
        return
    dataset = workspace.load(chosen)
    parts, nothing = by_country(dataset), Dataset(states=dataset.states)
    listed = sorted(members.members(day), key=lambda one: one.name_en)
    made_of = [rolled_back(parts.get(one.country, nothing), one.country, day) for one in listed]
    if as_json:
        print_json([{"country": one.country, "on": str(day)} | {x: one.count(x) for x in ORDER} for one in made_of])
        return
    table = [
        (member.name_en, len(one.rows), *(one.count(state) for state in ORDER))
        for member, one in zip(listed, made_of, strict=True)
    ]
    heads = ["Country", "Acts", "No end", "Contradicted", "End to come", "Not known", "Expired", "Ended"]
    print_table(f"Restrictions of OGP members on {day}, as acts", heads, table, range(1, 8))
    _explain_counts()


def _show_act(act: "Act", state: "ActStatus") -> None:
    """One act in full: what each record says, what happened to it, and whether it stands."""
    from civic_tracker.findings.acts import STATE_WORDS

    out.print(f"[bold]{escape(act.title)}[/bold] ({act.id})", soft_wrap=True)
    rows = [
        (view.field if place == 0 else "", said.value, ", ".join(said.stated_by))
        for view in act.views
        for place, said in enumerate(view.values)
    ]
    print_table("What its records say", ["Field", "Value", "Who says so"], rows)
    for view in act.views:
        if view.days_apart:
            out.print(f"{view.field}: the values are {view.days_apart} days apart.")
    steps = [
        (event.on or "no date", event.kind, event.stated_by, event.words, "related record" if event.related else "")
        for event in act.life
    ]
    print_table("Its life", ["Day", "What", "Who says so", "Words", ""], steps)
    out.print(f"On {state.on}: {STATE_WORDS[state.state]}.")
    for sentence in state.evidence:
        out.print(f"- {escape(sentence)}", soft_wrap=True)
    if state.last_confirmed:
        out.print(f"Last recorded as being there: {state.last_confirmed}.")


def _explain_counts() -> None:
    out.print("Counts are of acts, not records. No end recorded does not mean in force, and no act does not mean none.")


def _loaded(context: typer.Context, data_dir: Path | None, country: str | None) -> "Dataset":
    code = workspace.country_code(country) if country else None
    dataset = workspace.load(folder_of(context, data_dir), country=code)
    if not dataset.linked_from:
        raise UsageError("The records are not linked yet. Link them with: civic-tracker run")
    return dataset


def _pair(context: typer.Context, data_dir: Path | None, one: str, other: str) -> "tuple[Record, Record]":
    by_id = {measure.id: measure for measure in workspace.load(folder_of(context, data_dir)).measures}
    for name in (one, other):
        if name not in by_id:
            raise UsageError(
                f"There is no record '{name}'. Ids stand in the exports, and in: civic-tracker acts COUNTRY"
            )
    return by_id[one], by_id[other]


def _described(measure: "Record") -> str:
    when = measure.introduced or "no date"
    place = f" ({measure.place})" if measure.place and measure.place not in measure.title else ""
    return f"{measure.id}: {when}, {measure.title}{place} [{measure.stated_by}]"
