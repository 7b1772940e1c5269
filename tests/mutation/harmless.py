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
    ("mirror/tables.py", 'sa.Column("version", sa.String(32), nullable=True),'): "nothing is ever put there without it",
    ("mirror/tables.py", 'sa.Column("user_id", sa.String(63), primary_key=True),'): "Clockify's ids have 24 letters",
    (
        "mirror/codec.py",
        "return zlib.compress(json.dumps(value, sort_keys=True).encode())",
    ): "blanks between the parts, and the same value when it is read",
    (
        "mirror/checking.py",
        "cents = {pair: None if amounts_hidden else _their_cents(row, ours.get(pair, (1, {}))[1]) for pair, (_, row) in theirs.items()}",
    ): "of the pair that stands in for none the second is looked at alone",
    ("mirror/leases.py", "elif (now - self._looked_at > LOOK_SECONDS):"): "no two clocks meet to the tick",
    (
        "mirror/comparing.py",
        "roads.budget.need(pages_of(sum(counts.get(day, -1) for day in days_of([period])), size))",
    ): "days without entries of ours cost a page or none, and the report's own request is refused where none is left",
    ("mirror/thrift.py", "number = 0"): "the first page is there already when the pages are gone through",
    (
        "mirror/jobs.py",
        "def start_together(self, names: Sequence[str], work: Work, *, "
        'at_once: bool = False, lane: str = "", width: int = 9) -> dict[str, Job]:',
    ): "how many at once is a matter of speed, and who cares says it",
    ("mirror/work.py", "with ThreadPoolExecutor(max(min(len(states), AT_ONCE), 1), ) as pool:"): "the threads have another name",
    ("mirror/quiet.py", "_MALLOC = {-3: 256 * 1024, -1: (256 + 1024), -8: 2}"): "memory, which the bench measures",
    ("mirror/holders.py", 'return Holder(machine(), process, began_at(process) or "", secrets.token_hex(9))'): "a longer name",
    ("api/detailed.py", "return None"): "None is as little as 0 to those who ask whether anything came",
}
