"""A console that shows publishers' text as text: none of it steers the terminal, is coloured or becomes a picture."""

from typing import Any

from rich.console import Console
from rich.text import Text

from civic_tracker.text import legible


class LiteralConsole(Console):
    """Every text that is printed, alone or in a table, comes through here.

    Rich takes a few control characters away, and leaves the one that begins the commands of a terminal.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(legible(text), **options)
