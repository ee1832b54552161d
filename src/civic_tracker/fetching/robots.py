"""What a publisher's robots.txt says to us (RFC 9309)."""

from dataclasses import dataclass

from protego import Protego

from civic_tracker.fetching.exchange import Answer
from civic_tracker.fetching.guard import Target
from civic_tracker.fetching.outcomes import Failure, Kind
from civic_tracker.fetching.policy import ROBOT

MOST_MEGABYTES = 2.0
_MOST_BYTES = 500 * 1024  # that a robot must read, RFC 9309, 2.5


@dataclass(frozen=True)
class Robots:
    """The rules of one origin; ``closed`` says why, and of which kind it is, when nothing may be asked in this run."""

    rules: Protego | None = None
    closed: tuple[Kind, str] | None = None

    @property
    def crawl_delay(self) -> float:
        """Seconds between requests that the publisher asks of us; 0 when it asks for none."""
        delay = self.rules.crawl_delay(ROBOT) if self.rules else None
        return delay if delay and 0 < delay < float("inf") else 0.0

    def check(self, target: Target) -> None:
        """Raises:
        Failure: when the publisher does not want this address to be fetched by programs, or could not be asked.
        """
        if self.closed:
            kind, why = self.closed
            raise Failure(
                kind,
                f"{why} (on asking for robots.txt, which comes first)",
            )
        if self.rules and not self.rules.can_fetch(target.url, ROBOT):
            raise Failure(
                "refused",
                f"{target.origin}/robots.txt asks programs not to fetch it. Ask the publisher, or save it by hand and "
                "import the file",
            )


def read_robots(answer: Answer) -> Robots:
    """The rules that an answer to ``/robots.txt`` stands for (RFC 9309, 2.3.1).

    4xx means that there are no rules. 5xx means that nothing is allowed; so does 429 here, since whoever asks us to
    slow down has not said that there are none.
    """
    if answer.status in {200, 203}:
        text = answer.content[:_MOST_BYTES].decode("utf-8", errors="replace").removeprefix("\ufeff")
        if len(answer.content) > _MOST_BYTES:
            text = text[: text.rfind("\n") + 1]  # half a rule may forbid or allow too much
        return Robots(Protego.parse(text))
    if 400 <= answer.status < 500 and answer.status != 429:
        return Robots()
    return Robots(closed=("unreachable", f"status {answer.status}"))


def closed_by(failure: Failure) -> Robots:
    """Nothing is allowed where the rules cannot be read (RFC 9309, 2.3.1.4)."""
    kind: Kind = "refused" if failure.kind == "refused" else "unreachable"
    return Robots(closed=(kind, failure.cause.split(". ")[0]))
