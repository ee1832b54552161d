"""Each fault of a publisher ends in a failure of the declared kind, in one line that names address and cause."""

import pytest

from civic_tracker.errors import CivicTrackerError
from civic_tracker.fetching import Client, FetchError
from tests.fetching.conftest import Waits
from tests.fetching.faults import FAULTS, PATH, Fault, resolver
from tests.fetching.publisher import Publisher


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_as_declared(fault: Fault, publisher: Publisher, waits: Waits) -> None:
    address = fault.stage(publisher)
    client = Client(fault.policy, clock=waits.clock, resolver=resolver)
    with pytest.raises(FetchError) as caught:
        client.fetch(address, expects=fault.expects)
    error, message = caught.value, str(caught.value)
    assert error.kind == fault.kind, message
    assert fault.words in message
    assert message.startswith(address.replace("me:secret@", ""))
    assert "secret" not in message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 900
    assert isinstance(error, CivicTrackerError)
    assert len(publisher.asked_for(PATH)) == fault.requests
    assert error.requests >= len(publisher.asked)
    assert publisher.outlasted == [], "we cut it off, and do not wait until the publisher does"


def test_the_faults_have_names_of_their_own() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) == len(set(names))
    assert len(names) >= 40
