"""dedupe on the CRM set: taught by labelled pairs of the training set, as its active learning asks for them."""

from __future__ import annotations

import random
import time
from pathlib import Path

import dedupe
import numpy as np
from dedupe.variables import Exact, String

from clean import read, standardised
from generate import write

LABELS = 300
# What active learning chooses from; it holds the distances of its sample in memory.
SAMPLE_BASE, SAMPLE_EVENTS = 2_000, 1_000
SEED = 1
# The learner hands out the records themselves, so they carry who they are. No variable looks at it.
WHO = "who"

Records = dict[str, dict[str, str | None]]

VARIABLES = [
    String("first_name", has_missing=True),
    String("surname", has_missing=True),
    String("email", has_missing=True),
    Exact("email", has_missing=True),
    String("phone", has_missing=True),
    Exact("phone", has_missing=True),
    String("street", has_missing=True),
    Exact("postcode", has_missing=True),
    String("city", has_missing=True),
]


def records(path: Path) -> Records:
    rows = standardised(read(path)).drop(columns="full_name")
    rows = rows.astype(object).where(rows.notna(), None)
    return {row.pop("unique_id"): row for row in rows.to_dict("records")}


def sample(folder: Path) -> tuple[Records, Records]:
    """The first events of the training set with their records, and other records."""
    base, events, truth = records(folder / "base.csv"), records(folder / "events.csv"), read(folder / "truth.csv")
    owner = dict(zip(truth["event"], truth["record"], strict=True))
    chosen = {id: {**event, WHO: owner[id]} for id, event in list(events.items())[:SAMPLE_EVENTS]}
    wanted = {event[WHO] for event in chosen.values()} - {""}
    others = [record for record in base if record not in wanted][: max(0, SAMPLE_BASE - len(wanted))]
    return {id: {**base[id], WHO: id} for id in [*sorted(wanted), *others]}, chosen


def taught(folder: Path) -> dedupe.Gazetteer:
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 (dedupe draws from the global generator)
    base, events = sample(folder)
    gazetteer = dedupe.Gazetteer(VARIABLES, num_cores=1)
    gazetteer.prepare_training(events, base)
    for _ in range(LABELS):
        (pair,) = gazetteer.uncertain_pairs()
        same = pair[0][WHO] == pair[1][WHO]
        gazetteer.mark_pairs({"match": [pair] if same else [], "distinct": [] if same else [pair]})
    gazetteer.train(index_predicates=False)
    gazetteer.cleanup_training()
    return gazetteer


def search(gazetteer: dedupe.Gazetteer, folder: Path, out: Path) -> float:
    """The best record of each event; returns the milliseconds for each, with those for the index."""
    base, events = records(folder / "base.csv"), records(folder / "events.csv")
    started = time.perf_counter()
    gazetteer.index(base)
    rows = [[event, record, float(score)] for event, found in gazetteer.search(events) for record, score in found]
    spent = time.perf_counter() - started
    gazetteer.unindex(base)
    write(out, ["event", "record", "probability"], rows)
    return 1_000 * spent / len(events)
