"""Fetching a publisher's document: politely, within limits, and with one clear reason when it cannot be had."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from civic_tracker.fetching.exchange import Answer, ask
from civic_tracker.fetching.guard import Resolve, Target, judged_addresses, redirected, resolve, shown, target_of
from civic_tracker.fetching.outcomes import Expects, Failure, Fetched, FetchError, Unchanged
from civic_tracker.fetching.policy import Clock, Policy
from civic_tracker.fetching.receipts import condition, document_of, receipt_of, with_marks
from civic_tracker.fetching.recognise import refuse_other_document, refuse_sign_in, refuse_status
from civic_tracker.fetching.robots import MOST_MEGABYTES, Robots, closed_by, read_robots
from civic_tracker.fetching.turns import Turns, back_off, lasting, retry_after
from civic_tracker.fetching.unpacking import ACCEPTED
from civic_tracker.model.runs import Receipt
from civic_tracker.text import shorten

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPTS: Mapping[Expects, str] = {
    "page": "text/html, application/xhtml+xml, */*;q=0.1",
    "table": "text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.5",
    "json": "application/json, */*;q=0.5",
}


@dataclass
class _Errand:
    """What fetching one document has cost so far, where it has led, and how many more requests may fail."""

    start: Target
    at: Target
    tries_left: int
    requests: int = 0
    received: int = 0


class Client:
    """Fetches for one run; remembers when each host may be asked again, and its robots.txt."""

    def __init__(
        self,
        policy: Policy = Policy(),  # noqa: B008, it is frozen
        *,
        clock: Clock = Clock(),  # noqa: B008
        resolver: Resolve = resolve,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._resolver = resolver
        self._chance = chance
        self._turns = Turns(policy, clock)
        self._robots: dict[str, Robots] = {}

    def fetch(
        self,
        address: str,
        *,
        expects: Expects,
        known: Receipt | None = None,
        max_megabytes: float | None = None,
    ) -> Fetched | Unchanged:
        """The document at an address, or the news that it is the one which ``known`` stands for.

        ``max_megabytes`` takes the place of the policy's limits of size, before and after decompression.

        Raises:
            FetchError: in one line, with the address, the cause, and what can be done.
        """
        policy = self._policy
        if max_megabytes is not None:
            policy = replace(policy, max_megabytes=max_megabytes, max_megabytes_unpacked=max_megabytes)
        known = known if known and known.address == address else None
        errand: _Errand | None = None
        try:
            errand = self._errand(target_of(address))
            answer = self._follow(errand, address, expects, known, policy)
        except Failure as failure:
            raise _fetch_error(address, errand, failure) from failure
        if known and answer.status == 304:
            return Unchanged(known, errand.requests, errand.received)
        document = document_of(errand.at, answer)
        receipt = receipt_of(document, address, answer, self._clock.utc_now().date())
        if known and known.sha256 == document.sha256:
            return Unchanged(with_marks(known, receipt), errand.requests, errand.received)
        return Fetched(document, receipt, errand.requests, errand.received)

    def _errand(self, target: Target) -> _Errand:
        return _Errand(target, target, self._policy.tries)

    def _follow(self, errand: _Errand, address: str, expects: Expects, known: Receipt | None, policy: Policy) -> Answer:
        """Ask, and go where redirects lead, as far as they may."""

        def acceptable(answer: Answer) -> None:
            self._refuse_failure(answer)
            if answer.status in {200, 203}:
                refuse_other_document(answer, expects)

        passed = {errand.at.url}
        while True:
            self._permitted(errand)
            marks = condition(errand.at, known)
            answer = self._insist(errand, {"Accept": _ACCEPTS[expects], **marks}, policy, acceptable)
            if answer.status == 304 and not marks:
                raise Failure("not_the_format", "answers 'not modified' although nothing was known of it")
            if not _leads_on(answer):
                return answer
            target = redirected(errand.at, answer.fields["location"])
            refuse_sign_in(target.url, address)
            _count_redirect(passed, target, policy)
            errand.at = target

    def _permitted(self, errand: _Errand) -> None:
        """Obey the robots.txt of the host, which is fetched once in a run; what that costs is the errand's."""
        origin = errand.at.origin
        if origin not in self._robots:
            asking = self._errand(replace(errand.at, url=f"{origin}/robots.txt", path="/robots.txt"))
            try:
                robots = self._fetch_robots(asking)
            except Failure as failure:
                robots = closed_by(failure)
            errand.requests += asking.requests
            errand.received += asking.received
            self._robots[origin] = robots
            if robots.crawl_delay:
                self._turns.widen(errand.at.host, robots.crawl_delay)
        self._robots[origin].check(errand.at)

    def _fetch_robots(self, errand: _Errand) -> Robots:
        def settled(answer: Answer) -> None:
            if answer.status == 429 or answer.status >= 500:
                self._refuse_failure(answer)

        policy = replace(self._policy, max_megabytes=MOST_MEGABYTES, max_megabytes_unpacked=MOST_MEGABYTES)
        passed = {errand.at.url}
        while True:
            answer = self._insist(errand, {"Accept": "text/plain, */*;q=0.5"}, policy, settled)
            if not _leads_on(answer):
                return read_robots(answer)
            target = redirected(errand.at, answer.fields["location"])
            _count_redirect(passed, target, policy)
            errand.at = target

    def _insist(
        self, errand: _Errand, fields: Mapping[str, str], policy: Policy, acceptable: Callable[[Answer], None]
    ) -> Answer:
        """Ask until an acceptable answer comes, the failure is not one that passes, or the tries are used up."""
        while True:
            try:
                answer = self._ask_once(errand, fields, policy)
                acceptable(answer)
            except Failure as failure:
                errand.tries_left -= 1
                self._rest_after(errand, failure)
            else:
                return answer

    def _rest_after(self, errand: _Errand, failure: Failure) -> None:
        """Leave the host alone for as long as it asked, or as it seems to need; give up where that makes no sense."""
        policy, host = self._policy, errand.at.host
        if failure.wait is not None:
            self._turns.rest(host, failure.wait)
            if failure.wait > policy.longest_wait:
                cause = f"{failure.cause} and asks to come back in {lasting(failure.wait)}, longer than a run waits"
                raise Failure(failure.kind, cause) from failure
        if not failure.again:
            raise failure
        if errand.tries_left <= 0:
            raise Failure(failure.kind, f"{failure.cause}, {policy.tries} times. Try again later") from failure
        self._turns.rest(host, back_off(policy.tries - errand.tries_left - 1, policy, self._chance))

    def _ask_once(self, errand: _Errand, fields: Mapping[str, str], policy: Policy) -> Answer:
        fields = {"User-Agent": policy.user_agent, "Accept-Encoding": ACCEPTED, **fields}
        self._turns.take(errand.at.host)
        addresses = judged_addresses(errand.at, policy.allow_private, self._resolver)
        errand.requests += 1
        try:
            answer = ask(errand.at, addresses, fields, policy)
        except Failure as failure:
            errand.received += failure.received
            raise
        finally:
            self._turns.done(errand.at.host)
        errand.received += answer.received
        return answer

    def _refuse_failure(self, answer: Answer) -> None:
        if answer.status == 304 or _leads_on(answer):
            return
        refuse_status(answer, wait=retry_after(answer.fields.get("retry-after", ""), self._clock.utc_now()))


def _leads_on(answer: Answer) -> bool:
    return answer.status in _REDIRECTS and bool(answer.fields.get("location", "").strip())


def _count_redirect(passed: set[str], target: Target, policy: Policy) -> None:
    if target.url in passed:
        raise Failure("unreachable", f"redirects in a circle, back to {shorten(target.url, 120)}")
    passed.add(target.url)
    if len(passed) > policy.redirects + 1:
        raise Failure("unreachable", f"redirects more than {policy.redirects} times")


def _fetch_error(address: str, errand: _Errand | None, failure: Failure) -> FetchError:
    named = shown(address)
    if errand and errand.at != errand.start:
        named += f" (now {shown(errand.at.url)})"
    return FetchError(
        f"{named}: {shorten(failure.cause, 500)}.",
        kind=failure.kind,
        address=shown(address),
        requests=errand.requests if errand else 0,
        bytes=errand.received if errand else 0,
    )
