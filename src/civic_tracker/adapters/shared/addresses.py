"""Where a link leads: the absolute web address, or nothing for a link that no browser would open as a page."""

from urllib.parse import urljoin, urlsplit

from civic_tracker.text import is_text


def web_address(href: str, base: str) -> str:
    """The http(s) address that ``href`` means on the page ``base``, blanks escaped; empty when it is none."""
    if is_text(href):
        return ""
    try:
        address = urljoin(base, href)
        parts = urlsplit(address)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # such as an unfinished IPv6 address
        return ""
    return address.replace(" ", "%20") if is_web else ""
