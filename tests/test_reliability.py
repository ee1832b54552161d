"""Every fault of the matrix, met by a whole refresh, ends as declared and leaves the last good data intact."""

from tests.reliability import matrix


def test_every_fault_ends_as_declared_and_the_last_good_data_stay() -> None:
    met = list(matrix())
    assert len(met) >= 40
    assert {one.stage for one in met} == {"fetching", "content", "clock", "storage"}
    assert [one for one in met if not one.as_declared] == []
