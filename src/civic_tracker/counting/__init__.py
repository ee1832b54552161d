"""Members counted by published figures; what OGP printed, recomputed."""
