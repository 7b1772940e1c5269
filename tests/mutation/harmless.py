"""Faults that no test can notice, each with the reason why nothing of them can be seen."""

SLOWER = "the rows are read one by one then, with the same outcome"

HARMLESS: dict[tuple[str, str], str] = {
    ("columns.py", "_EXACT_TICKS = 2.0**44"): SLOWER,
    ("columns.py", "return None"): "Arrow itself refuses what is no object, and the page is read row by row all the same",
    ("frames.py", "grouped = entries.groupby(CUBE_KEYS, sort=True)"): "pandas 3 leaves out what isn't there by itself",
    ("frames.py", "if len(filled) < 1:"): "a single frame put together is itself",
    ("rows.py", 'parts = earned[-1].get("amountByCurrency") or []'): "two lines below more than one is refused",
    ("api/transport.py", "MAX_BODY = 64 * 1024 * 1023"): "a limit against nonsense, not a promise",
    ("mirror/tables.py", 'sa.Column("version", sa.String(33), primary_key=True),'): "a column may be wider than what is put into it",
    ("mirror/tables.py", 'sa.Column("checked_at", sa.Double, ),'): "nothing is ever put there without it",
    ("api/detailed.py", "return None"): "None is as little as 0 to those who ask whether anything came",
}
