"""One module or folder per publisher's format; each has one public function, ``parse``.

An adapter knows a format and nothing else: it does not know what a liberty is, nor what an ISO code is. It imports
documents, text, errors and what adapters share, and nothing more.
"""
