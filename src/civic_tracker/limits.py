"""How much a document may hold. No real document meets a limit here; a hostile one is refused before it takes memory.

What was measured when the limits were set: the longest cell of all recordings has 5,890 characters, the widest table
1,150 columns, the largest workbook 235,000 cells, 44 parts and 12,500 links of one sheet, the largest page about 20,000
elements. Who meets a limit is told its number, so that a person can judge whether the document is what it should be.
"""

MEGABYTE = 1_000_000

MAX_MEGABYTES = 64
"""Of a document as received, unless its source declares more."""

MAX_UNPACKED_MEGABYTES = 512
"""Of all parts of a workbook together."""

MOST_TIMES_UNPACKED, UNPACKED_WITHOUT_QUESTION = 100, 20
"""A workbook above so many megabytes unpacks to at most so many times its size; those seen, to ten times."""

LONGEST_NAME = 200
"""Characters of a country's name with all that publishers write around it; the longest of our tables has 63."""

LONGEST_DATE = 100
"""Characters of the words of one date."""

LONGEST_ENDING = 2_000
"""Characters of the words about an end that are read for dates."""

LONGEST_CELL = 131_072
"""Characters of one cell of a table; Excel holds 32,767."""

MOST_COLUMNS = 5_000
MOST_ROWS = 1_048_576
"""Of a table; rows as Excel has them. A damaged file can claim any number, and each row takes time."""

MOST_CELLS = 20_000_000
"""Of a table or a workbook, empty ones included."""

MOST_EMPTY_TIMES, EMPTY_WITHOUT_QUESTION = 20, 200_000
"""A workbook above so many cells holds at most so many times the cells that are written in it."""

MOST_SHEETS = 255
MOST_PARTS = 1_000
"""Of a workbook."""

MOST_SETTINGS = 65_530
"""Elements of a workbook's part beside cells and texts: styles, links, names; Excel allows so many links in a sheet."""

MOST_VALUES = 5_000_000
"""Of a JSON document."""

MOST_ELEMENTS = 100_000
MOST_LEVELS = 512
"""Of a page; levels as in Chromium. Without them, reading each element's text takes time by the square of the depth."""
