"""The text of a PDF as a browser finds it, letter by letter, whatever fonts made the file.

pypdf and pdfminer do not read a font whose codes are mapped by a table of its own, which WeasyPrint writes as soon as a
letter is in no font; PDFium, the reader within Chromium, does.
"""

from typing import Any

import pytest


def texts_of_pages(content: bytes) -> list[str]:
    """The text of each page, runs of white space as one blank; the test skips without pypdfium2."""
    pdfium: Any = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(content)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()
