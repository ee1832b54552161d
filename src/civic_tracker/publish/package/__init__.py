"""The Data Package for programs."""
