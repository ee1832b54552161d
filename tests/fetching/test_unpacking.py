"""Compressed answers: what was packed comes out again, and never more than the limit."""

import gzip
import random
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.fetching.outcomes import Failure
from civic_tracker.fetching.turns import retry_after
from civic_tracker.fetching.unpacking import unpacking
from tests.fetching.conftest import BEGAN


def _bare(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate ": _bare,  # the blank makes it a key of its own, and is no part of the name
    "": bytes,
}


def _unpack(encoding: str, packed: bytes, limit: int, step: int = 1_000) -> bytes:
    body = unpacking(encoding, limit)
    for start in range(0, len(packed), step):
        body.add(packed[start : start + step])
    return body.end()


@given(st.binary(min_size=1, max_size=3_000), st.sampled_from(sorted(_PACKERS)), st.integers(1, 4_000))
def test_unpacking_undoes_packing_in_pieces_of_any_size(content: bytes, encoding: str, step: int) -> None:
    assert _unpack(encoding, _PACKERS[encoding](content), len(content), step) == content


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.integers(1, 100))
def test_parts_of_gzip_follow_each_other(parts: list[bytes], step: int) -> None:
    assert _unpack("gzip", b"".join(map(gzip.compress, parts)), 1_000, step) == b"".join(parts)


@given(st.binary(min_size=1, max_size=500), st.sampled_from(["gzip", "deflate"]), st.data())
def test_what_was_cut_off_is_never_a_document(content: bytes, encoding: str, data: st.DataObject) -> None:
    packed = _PACKERS[encoding](content)
    with pytest.raises(Failure) as caught:
        _unpack(encoding, packed[: data.draw(st.integers(1, len(packed) - 1))], 1_000)
    assert caught.value.again


@pytest.mark.parametrize("encoding", sorted(_PACKERS))
def test_the_limit_is_the_last_byte_that_is_accepted(encoding: str) -> None:
    content = random.Random(4).randbytes(3_000_000)  # noqa: S311
    packed = _PACKERS[encoding](content)
    assert _unpack(encoding, packed, len(content), 65_536) == content
    with pytest.raises(Failure, match="larger than the limit"):
        _unpack(encoding, packed, len(content) - 1, 65_536)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    body = unpacking("gzip", 1_000)
    with pytest.raises(Failure, match="larger than the limit"):
        body.add(bomb[:2_000])


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_unpack_or_fail_with_a_reason(packed: bytes, encoding: str) -> None:
    try:
        assert len(_unpack(encoding, packed, 1_000, 7)) <= 1_000
    except Failure as failure:
        assert failure.cause  # noqa: PT017


@given(st.text(max_size=40) | st.sampled_from(["Fri, 31 Dec 9999 23:59:59 -2300", "Mon, 01 Jan 0001 00:00:00 +2300"]))
def test_any_retry_after_is_a_length_of_time_or_nothing(value: str) -> None:
    seconds = retry_after(value, BEGAN)
    assert seconds is None or seconds >= 0
