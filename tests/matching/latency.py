"""One event against many records, alone: Splink with everything kept ready, and Nerve's matcher in memory."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from splink import Linker
from splink.internals.duckdb.database_api import DuckDBAPI

from clean import read, standardised

TERMS = ("first_name", "surname", "email", "phone")
WARM_UP = 3


@dataclass(frozen=True)
class Latency:
    p50: float
    p95: float
    worst: float


def summary(milliseconds: list[float]) -> Latency:
    ordered = sorted(milliseconds)
    return Latency(statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1])


def splink(folder: Path, model: Path, events: int) -> Latency:
    """The records, their term frequencies and the trained model are loaded before the clock starts."""
    base, arriving = standardised(read(folder / "base.csv")), standardised(read(folder / "events.csv"))
    api = DuckDBAPI()
    known = api.register(base, dataset_display_name="base")
    linker = Linker([known, api.register(arriving, dataset_display_name="events")], str(model))
    for term in TERMS:
        linker.table_management.compute_tf_table(term)
    spent = [_one(api, linker, known, arriving.iloc[n : n + 1], n) for n in range(WARM_UP + events)]
    return summary(spent[WARM_UP:])


def _one(api: DuckDBAPI, linker: Linker, known: object, event: pd.DataFrame, n: int) -> float:
    started = time.perf_counter()
    arrived = api.register(event.assign(source_dataset="events"), table_name=f"event_{n}")
    linker.inference.predict_between(known, arrived, warning_mode="never").as_pandas_dataframe()
    return 1_000 * (time.perf_counter() - started)
