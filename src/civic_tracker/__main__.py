"""``python -m civic_tracker`` is the program."""

from civic_tracker.cli import main

main()
