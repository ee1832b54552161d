"""What several adapters need: columns, links, addresses, lines of a page, runs of days."""
