"""What an answer turned out to be: the document, or a sign-in, a check for robots, an error page in its place.

A page of text with a box for members to sign in, or a contact form with a captcha, is still that page. So the marks of
a sign-in or a check count only where there is little else to read, or where the title says so too.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from civic_tracker.documents.document import describe
from civic_tracker.fetching.exchange import Answer
from civic_tracker.fetching.outcomes import Expects, Failure
from civic_tracker.leaving import quoted
from civic_tracker.text import shorten

BY_HAND = "Open it in a browser, save it and import the file"
ADDRESS_MOVED = "Look for its new address and correct the source's declaration"
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})  # 52x: Cloudflare's own

_FEW_WORDS = 120
_NO_TABLE = frozenset({"an HTML page", "JSON", "a PDF", "a gzip archive", "an image", "an old Office document"})
_HEAD = 200_000
_TITLE = re.compile(r"<title[^<>]{0,200}>(.{0,400}?)</title", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[^<>]*>")
_PASSWORD = re.compile(r"<input[^>]{0,200}type\s*=\s*[\"']?password", re.IGNORECASE)
_CHECK = re.compile(
    r"_cf_chl_opt|cf-challenge|g-recaptcha|h-captcha|cf-turnstile|recaptcha/api|_Incapsula_Resource|captcha-delivery\.com"
    r"|/\.well-known/sgcaptcha|px-captcha|aws-waf-token|awsWafCookieDomainList|ddos-guard",
    re.IGNORECASE,
)
_CHECK_TITLE = re.compile(
    r"^(?:just a moment|attention required|pardon our interruption|ddos-guard|security check\b|one moment, please"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|are you (?:a )?(?:robot|human)|robot (?:challenge|check)"
    r"|human verif|please wait\b.*\bbrowser|checking your browser|access denied|request rejected|captcha\b"
    r"|un (?:instant|momento)(?:\.|…|$))",
    re.IGNORECASE,
)
_SIGN_IN_TITLE = re.compile(
    r"\b(?:log ?in|sign ?in|log on|connexion|se connecter|iniciar sesi[oó]n|acceder|anmelden)\b", re.IGNORECASE
)
_SIGN_IN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|log-?on|sso|saml2?|wp-login\.php|user/login|accounts?/login|auth/login|oauth2?/authorize)"
    r"(?:[/.]|$)",
    re.IGNORECASE,
)
_MISSING_TITLE = re.compile(
    r"^(?:error\s*)?(?:404|410)\b|\b(?:404 error|error 404)\b"
    r"|\b(?:page|file|document|content|site|resource)\s+(?:is\s+|was\s+)?"
    r"(?:not found|cannot be found|could not be found|no longer available|does not exist)|^not found\b"
    r"|p[aá]gina no encontrada|page (?:non trouv[eé]e|introuvable)",
    re.IGNORECASE,
)
_ERROR_TITLE = re.compile(
    r"^(?:error(?:\W*$|[:!]| \d)|(?:http\s*)?(?:400|401|403|500|502|503|504)\b|internal server error"
    r"|bad gateway|forbidden\W*$|service (?:temporarily )?unavailable|gateway time-?out"
    r"|(?:site |website |web site )?(?:is )?"
    r"(?:under|down for|in) (?:scheduled )?maintenance|maintenance(?: mode)?$|database error|account suspended"
    r"|site (?:temporarily )?unavailable|temporarily unavailable|web server is down)"
    r"|domain (?:name )?is for sale|domain for sale|buy this domain|parked domain|error establishing a database",
    re.IGNORECASE,
)


def refuse_status(answer: Answer, *, wait: float | None) -> None:
    """Accept 200 and 203, redirects and 304 elsewhere; explain every other status (RFC 9110, 15).

    Raises:
        Failure: with the kind that the status stands for; ``wait`` is what ``Retry-After`` asked for.
    """
    status = answer.status
    if _is_check(answer.fields, _text(answer.content)):
        raise Failure("refused", f"answers with a check for robots (status {status}). {BY_HAND}")
    if status in {200, 203}:
        return
    if status == 429:
        raise Failure("refused", "asks us to slow down (status 429)", again=True, wait=wait)
    if status in {404, 410}:
        gone = "is gone for good" if status == 410 else "is not found"
        raise Failure("not_found", f"{gone} (status {status}). {ADDRESS_MOVED}")
    if status in TRY_AGAIN or status >= 500:
        again = status in TRY_AGAIN
        raise Failure("unreachable", f"the publisher's server fails (status {status})", again=again, wait=wait)
    if status in {401, 407}:
        raise Failure("refused", f"wants a sign-in (status {status}). {BY_HAND}")
    if status >= 400:
        raise Failure("refused", f"the publisher's server refuses the request (status {status}). {BY_HAND}")
    if status >= 300:
        raise Failure("not_the_format", f"redirects without saying where to (status {status})")
    raise Failure("not_the_format", f"answers with status {status}, which brings no document")


def refuse_sign_in(target: str, asked: str) -> None:
    """Raises:
    Failure: when a redirect leads to where people sign in.
    """
    if _SIGN_IN_PATH.search(urlsplit(target).path) and not _SIGN_IN_PATH.search(urlsplit(asked).path):
        raise Failure("refused", f"redirects to a sign-in ({shorten(target, 120)}). {BY_HAND}")


def refuse_other_document(answer: Answer, expects: Expects) -> None:
    """Look at what a 200 brought.

    Raises:
        Failure: when it is empty, a sign-in, a check for robots, an error page, or of another format.
    """
    content = answer.content
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        if not answer.fields.keys() & {"content-length", "transfer-encoding"}:
            raise Failure("unreachable", "is empty: the connection ended before the document began", again=True)
        raise Failure("not_the_format", "is empty")
    text = _text(content)
    found = _binary_kind(content) or describe(text)
    if found == "an HTML page":
        _refuse_page_in_place(text)
    if expects == "page":
        _refuse_page(content, text, found)
    elif expects == "json" and found != "JSON":
        raise Failure("not_the_format", f"expected JSON, found {found}")
    elif expects == "table" and found in _NO_TABLE:
        raise Failure("not_the_format", f"expected a table (CSV or XLSX), found {found}")


def _refuse_page_in_place(text: str) -> None:
    title = _title(text)
    named = f"titled {quoted(title)}"
    few_words = _words(text) < _FEW_WORDS
    if _CHECK_TITLE.search(title) or (few_words and _CHECK.search(text)):
        raise Failure("refused", f"answers with a check for robots, a page {named}. {BY_HAND}")
    if _PASSWORD.search(text) and (few_words or _SIGN_IN_TITLE.search(title)):
        raise Failure("refused", f"answers with a sign-in, a page {named}. {BY_HAND}")
    if _MISSING_TITLE.search(title):
        raise Failure("not_found", f"answers 'all is well', but with a page {named}. {ADDRESS_MOVED}")
    if _ERROR_TITLE.search(title):
        raise Failure("not_the_format", f"answers 'all is well', but with a page {named}. Look at it in a browser")


def _refuse_page(content: bytes, text: str, found: str) -> None:
    if found != "an HTML page":
        raise Failure("not_the_format", f"expected an HTML page, found {found}")
    if "<html" in text[:5000].lower() and "</html" not in _decoded(content, content[-20_000:]).lower():
        # Without a Content-Length this is the only sign that the connection broke before the end.
        raise Failure("unreachable", "is cut off: the page ends without </html>", again=True)


def _is_check(fields: Mapping[str, str], text: str) -> bool:
    # Cloudflare and AWS document these fields as the sign of their challenges.
    if fields.get("cf-mitigated", "").lower() == "challenge":
        return True
    if fields.get("x-amzn-waf-action", "").lower() in {"challenge", "captcha"}:
        return True
    return False if not text else bool(_CHECK_TITLE.search(_title(text)) and _CHECK.search(text))


def _binary_kind(content: bytes) -> str:
    kinds = {
        b"PK\x03\x04": "a ZIP archive or an .xlsx workbook",
        b"\xd0\xcf\x11\xe0": "an old Office document",
        b"%PDF": "a PDF",
        b"\x1f\x8b": "a gzip archive",
        b"\x89PNG": "an image",
        b"\xff\xd8\xff": "an image",
        b"GIF8": "an image",
    }
    return next((kind for magic, kind in kinds.items() if content.startswith(magic)), "")


def _text(content: bytes) -> str:
    """The beginning as text, good enough to recognise markup in; what encoding it truly has is not decided here."""
    return _decoded(content, content[:_HEAD])


def _decoded(content: bytes, part: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return part.decode("utf-16-le" if content.startswith(b"\xff\xfe") else "utf-16-be", "replace").lstrip("\ufeff")
    return part.decode("utf-8", "replace").lstrip("\ufeff")


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return " ".join(_MARKUP.sub(" ", found[1]).split()) if found else ""


def _words(text: str) -> int:
    """About how many words a reader would see."""
    return len(_MARKUP.sub(" ", _UNSEEN.sub(" ", text)).split())
