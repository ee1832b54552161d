"""Bytes to a page, a table or JSON, and the raw entries that adapters hand on."""
