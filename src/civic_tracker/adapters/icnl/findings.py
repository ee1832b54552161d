"""What reading one ICNL entry has brought to light, with what no field takes set aside and remarked on."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from civic_tracker.adapters.icnl.text import split_twin


@dataclass(slots=True)
class Findings:
    """What reading one entry has brought to light so far."""

    country: str = ""
    title: str = ""
    type: str = ""
    links: tuple[str, ...] = ()
    described: list[str] = field(default_factory=list)
    labelled: dict[str, list[tuple[bool, str]]] = field(default_factory=dict)
    hrefs: list[str] = field(default_factory=list)
    after_date: list[str] = field(default_factory=list)
    asides: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def set_aside(self, name: str, text: str, remark: str) -> None:
        self.asides.setdefault(name, []).append(text)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def value(self, kind: str) -> str:
        """The value of a label: the one marked by a span, else the last, since labels follow the description."""
        values = [(marked, text) for marked, text in self.labelled.get(kind, []) if text]
        if not values:
            return ""
        chosen = next((pair for pair in values if pair[0]), values[-1])
        for other in values:
            if other is not chosen:
                self.set_aside(f"{kind} (again)", other[1], f"the label for the {kind} occurs more than once")
        return chosen[1]

    def in_latin_script(self, texts: Iterable[str], name: str) -> str:
        """The first text in Latin script; its twins in another script and repetitions are set aside.

        A text that has no twin in Latin script is kept.
        """
        split = [split_twin(text) for text in texts if text]
        kept = [latin for latin, _ in split if latin]
        others = [other for _, other in split if other]
        if not kept and others:
            self.remarks.append(f"the {name} is in another script only")
            kept, others = others[:1], others[1:]
        for other in others:
            self.set_aside(f"{name} in another script", other, "text in another script was set aside")
        for again in kept[1:]:
            self.set_aside(f"{name} (again)", again, f"the entry has more than one {name}")
        return kept[0] if kept else ""
