"""What is kept for the next who asks: the last used, up to so many bytes, made once however many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, Event
from time import sleep

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from clockify.desk.kept import Kept, one_each
from clockify.desk.sizes import bytes_of


def test_what_was_made_is_not_made_again() -> None:
    kept, calls = Kept(100, size=len), []
    for _ in range(3):
        assert kept.get("a", lambda: calls.append("made") or "xx") == "xx"
    assert calls == ["made"]


def test_what_was_not_asked_for_longest_goes_first() -> None:
    gone: list[str] = []
    kept = Kept(10, size=len, release=gone.append)
    for name in ("aaaa", "bbbb"):
        kept.put(name, name)
    assert kept.find("aaaa") == "aaaa"
    kept.put("cccc", "cccc")
    assert (gone, kept.size) == (["bbbb"], 8)
    assert [kept.find(name) for name in ("aaaa", "bbbb", "cccc")] == ["aaaa", None, "cccc"]


def test_the_newest_stays_however_large() -> None:
    kept = Kept(10, size=len)
    kept.put("small", "xxx")
    kept.put("large", "x" * 1000)
    assert (kept.find("small"), kept.size) == (None, 1000)


def test_the_same_key_counts_once_and_what_it_held_is_released() -> None:
    gone: list[str] = []
    kept = Kept(100, size=len, release=gone.append)
    kept.put("a", "one")
    kept.put("a", "three")
    assert (kept.size, gone) == (5, ["one"])
    kept.clear()
    assert (kept.size, gone) == (0, ["one", "three"])


def test_what_is_old_is_made_anew() -> None:
    now = [0.0]
    kept = Kept(100, size=len, seconds=60, clock=lambda: now[0])
    kept.put("a", "old")
    now[0] = 59.9
    assert kept.find("a") == "old"
    now[0] = 60.0
    assert (kept.find("a"), kept.size) == (None, 0)
    assert kept.get("a", lambda: "new") == "new"


def test_many_who_ask_at_once_wait_for_one() -> None:
    kept, gate, calls = Kept(100, size=one_each), Barrier(8), []

    def make() -> str:
        calls.append(1)
        sleep(0.05)
        return "made"

    def ask(_: int) -> str:
        gate.wait(10)
        return kept.get("a", make)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"made"}
    assert len(calls) == 1


def test_nobody_waits_for_what_is_made_under_another_key() -> None:
    kept, begun, may_end = Kept(100, size=one_each), Event(), Event()

    def slow() -> str:
        begun.set()
        assert may_end.wait(10)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        slow_one = pool.submit(kept.get, "slow", slow)
        assert begun.wait(10)
        assert kept.get("quick", lambda: "quick") == "quick"
        may_end.set()
        assert slow_one.result(10) == "slow"


def test_a_fault_is_told_to_everybody_and_nothing_is_kept() -> None:
    kept: Kept = Kept(100, size=len)

    def fail() -> str:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            kept.get("a", fail)
    assert kept.get("a", lambda: "yes") == "yes"


@dataclass(frozen=True)
class Card:
    spec: dict[str, object]
    rows: pd.DataFrame


def test_sizes_are_about_what_is_held() -> None:
    numbers = np.arange(1000)
    frame = pd.DataFrame({"a": numbers})
    assert bytes_of(numbers) == bytes_of(frame) == bytes_of(frame["a"]) == bytes_of(pa.table({"a": numbers})) == 8000
    assert bytes_of("x" * 1000) > 1000
    nested = {"datasets": {"name": b"x" * 50_000}, "layer": [{"mark": "bar"}] * 20}
    assert 50_000 < bytes_of(nested) < 200_000
    assert bytes_of(Card(nested, frame)) > bytes_of(nested) + 8000
    assert bytes_of(frame.style) > 500_000, "each of a thousand cells has its look"
