"""A bound on the work of a block, which a busy machine does not reach sooner."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail where the block takes more of the processor's own time: far more than it needs.

    What other programs take is not counted, as it would be by a clock on the wall.
    """
    begun = time.process_time()
    yield
    taken = time.process_time() - begun
    assert taken < seconds, f"took {taken:.1f} s of the processor"
