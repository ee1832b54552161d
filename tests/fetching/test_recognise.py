"""Judging a page takes no longer when the page is built to make it long."""

import time

import pytest

from civic_tracker.fetching.exchange import Answer
from civic_tracker.fetching.outcomes import Failure
from civic_tracker.fetching.recognise import refuse_other_document, refuse_sign_in, refuse_status

_SAME = "https://tracker.example/tracker"


@pytest.mark.parametrize(
    "piece",
    [b"<", b"<script", b"<title", b"<title><", b"<!--", b"<input ", b"<p ", b"</", b"<noscript></", b"page is  "],
)
def test_a_page_of_nothing_but_beginnings_is_judged_at_once(piece: bytes) -> None:
    content = b"<html><title>" + piece * (2_000_000 // len(piece))
    began = time.process_time()
    with pytest.raises(Failure):
        refuse_other_document(Answer(200, {}, content, len(content)), "table")
    with pytest.raises(Failure):
        refuse_status(Answer(503, {}, content[:65_536], 65_536), wait=None)
    assert time.process_time() - began < 20.0  # without the rule it takes minutes


@pytest.mark.parametrize(
    "path", ["/login", "/Login/", "/user/login?next=/", "/wp-login.php", "/sign-in", "/accounts/login/", "/sso/start"]
)
def test_a_redirect_to_a_sign_in_is_known_by_its_path(path: str) -> None:
    with pytest.raises(Failure, match="sign-in"):
        refuse_sign_in(f"https://tracker.example{path}", _SAME)


@pytest.mark.parametrize("path", ["/catalogin", "/blog/loginess-report", "/tracker?from=/login", "/signing-of-the-act"])
def test_a_path_that_only_looks_like_one_is_followed(path: str) -> None:
    refuse_sign_in(f"https://tracker.example{path}", _SAME)
