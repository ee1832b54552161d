"""From documents to the dataset: normalise, merge, count, link, write."""
