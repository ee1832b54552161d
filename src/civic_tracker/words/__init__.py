"""The reader's language: every word, label and sentence."""
