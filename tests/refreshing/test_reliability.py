"""Every fault of the matrix, met by a whole refresh, ends as declared and leaves the last good data intact."""

import os
from dataclasses import replace

from tests.support.reliability import Met, as_table, matrix, on_the_page


def test_every_fault_ends_as_declared_and_the_page_says_what_this_run_gives() -> None:
    met = list(matrix())
    assert len(met) >= 40
    assert {one.stage for one in met} == {"fetching", "content", "clock", "storage"}
    assert [one for one in met if not one.as_declared] == []
    if os.name == "posix":  # elsewhere a system cannot play all of them
        assert on_the_page() == as_table(met), "Run: python -m tests.support.reliability --write"


def test_the_matrix_says_so_where_a_fault_does_not_end_as_declared() -> None:
    good = Met("fetching", "a fault", "refused", "the cause", "refused", "This is the cause.", "intact")
    assert "| yes |" in as_table([good])
    for change in ({"outcome": "taken over"}, {"words": "another cause"}, {"data": "lost"}, {"reason": "two\nlines"}):
        bad = replace(good, **change)
        assert not bad.as_declared
        assert "| **no: " in as_table([bad])
        assert "0 of 1 faults end as declared." in as_table([bad])
