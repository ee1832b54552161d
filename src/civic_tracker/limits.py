"""How large a document may be, before and after unpacking."""

MEGABYTE = 1_000_000
MAX_MEGABYTES = 64
MAX_UNPACKED_MEGABYTES = 512
