"""The report of a country in every format."""
