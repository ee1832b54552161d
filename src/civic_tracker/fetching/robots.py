"""What a publisher's robots.txt says to us (RFC 9309)."""

from dataclasses import dataclass

from protego import Protego

from civic_tracker.fetching.exchange import Answer
from civic_tracker.fetching.guard import Target
from civic_tracker.fetching.outcomes import Failure, Kind
from civic_tracker.fetching.policy import ROBOT

MOST_MEGABYTES = 2.0  # of a robots.txt; a longer one is not read, and nothing is asked
_MOST_BYTES = 500 * 1024  # that a robot must read, RFC 9309, 2.5; what follows is left out
_LONGEST_RULE = 8_000  # characters; no address that we ask is longer

# The names of lines as protego knows them, with the variants and misspellings that it takes.
_AGENT = frozenset({"user-agent", "useragent", "user agent"})
_OF_THE_SITE = frozenset({"sitemap", "sitemaps", "site-map", "host"})
_RULE = frozenset(
    {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw", "allow", "crawl-delay", "crawl delay"}
    | {"request-rate", "request rate", "visit-time", "visit time"}
)
_KNOWN = _AGENT | _OF_THE_SITE | _RULE


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
    slow down has not said that there are none, and so does a rule that is too long to be one.
    """
    if answer.status in {200, 203}:
        text = answer.content[:_MOST_BYTES].decode("utf-8", errors="replace").removeprefix("\ufeff")
        if len(answer.content) > _MOST_BYTES:
            text = text[: text.rfind("\n") + 1]  # half a rule may forbid or allow too much
        rules = rules_for_us(text)
        if any(len(rule) > _LONGEST_RULE for rule in rules):
            return Robots(closed=("refused", f"has a rule of more than {_LONGEST_RULE:,} characters, which no rule is"))
        return Robots(Protego.parse("\n".join(["User-agent: *", *rules])))
    if 400 <= answer.status < 500 and answer.status != 429:
        return Robots()
    return Robots(closed=("unreachable", f"status {answer.status}"))


def rules_for_us(text: str) -> list[str]:
    """The lines of the groups that name us best, or else of those for all robots (RFC 9309, 2.2.1), in their order.

    protego keeps each rule of a group once for each robot that the group names: 123 KB with many of both took 1.1 GB.
    The other robots' rules are nothing to us: here each line is looked at once, and kept once for each beginning of our
    name at most.
    """
    rules: dict[str, list[str]] = {}
    named: set[str] = set()
    begun = False  # the group has a rule, so that the next name begins another one
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        field, value = _field(line)
        if field in _AGENT:
            if begun:
                named, begun = set(), False
            name = _name_of_ours(value.lower())
            if name:
                named.add(name)
                rules.setdefault(name, [])
        elif field and field not in _OF_THE_SITE:
            begun = True
            for name in named:
                rules[name].append(line)
    return rules[max(rules, key=len)] if rules else []


def _name_of_ours(agent: str) -> str:
    """``*``, or the beginning of our name that a line names, as protego understands it; empty for another robot's."""
    if agent == "*":
        return agent
    name = agent.replace("*", "")
    return name if ROBOT.startswith(name) else ""


def _field(line: str) -> tuple[str, str]:
    """The name of a line in small letters, and its value; an empty name for what is no line of any kind."""
    name, colon, value = line.partition(":")
    name = name.strip().lower()
    if colon and (name in _KNOWN or not value or value[0].isspace()):
        return name, value.strip()
    words = line.split(maxsplit=2)
    for count in (1, 2):
        spelt = " ".join(words[:count]).lower()
        if spelt in _KNOWN:
            return spelt, " ".join(words[count:])
    return (name, value.strip()) if colon else ("", "")


def closed_by(failure: Failure) -> Robots:
    """Nothing is allowed where the rules cannot be read (RFC 9309, 2.3.1.4)."""
    kind: Kind = "refused" if failure.kind == "refused" else "unreachable"
    return Robots(closed=(kind, failure.cause.split(". ")[0]))
