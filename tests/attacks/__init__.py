"""What once broke a promise of the program, kept: two writers, readers beside them, crafted folders, full disks, kills.

The tests are short by default. ``CIVIC_TRACKER_ATTACK_ROUNDS=50`` plays every attack so many times (a reader reads
twenty times as often), and ``python benchmarks/kills.py`` kills as often as it is told.
"""

import os

ROUNDS = int(os.environ.get("CIVIC_TRACKER_ATTACK_ROUNDS", "2"))
