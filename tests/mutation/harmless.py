"""Faults that no test can notice, each with the reason why nothing of them can be seen."""

HARMLESS: dict[tuple[str, str], str] = {}
