"""A static site from the dataset: a page for each OGP member, each freedom and each source, in every language.

No server runs behind it, nothing of it asks another host for anything, and all can be read without JavaScript.
"""
