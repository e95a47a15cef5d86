"""The measures: how often the best candidate is claimed and right, and whether a probability means what it says.

Each event has one best candidate with a probability, or none, which counts as probability 0. `right` says whether that
candidate is the true record. An event without a true record has no right candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from clean import read

Floats = np.ndarray
BINS = 20
RESAMPLES = 2_000
EDGES = (0.0, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999)
# A probability of exactly 0 or 1 that is wrong would make the log loss infinite.
SMALLEST = 1e-9


@dataclass(frozen=True)
class Outcome:
    """What one tool said of each event, in the order of the truth."""

    probability: Floats
    right: Floats
    has_record: Floats


@dataclass(frozen=True)
class Claims:
    f1: float
    precision: float
    recall: float
    threshold: float


def outcome(truth: Path, predictions: Path) -> Outcome:
    said = read(predictions)[["event", "record", "probability"]]
    table = read(truth).merge(said, on="event", how="left", suffixes=("_true", "")).fillna("")
    right = (table["record"] == table["record_true"]) & (table["record"] != "")
    probability = pd.to_numeric(table["probability"], errors="coerce").fillna(0.0)
    return Outcome(probability.to_numpy(), right.to_numpy(), (table["record_true"] != "").to_numpy())


def claims_at(threshold: float, of: Outcome) -> Claims:
    claimed = of.probability >= threshold
    hits, said, owed = (of.right & claimed).sum(), claimed.sum(), of.has_record.sum()
    return Claims(2 * hits / (said + owed), hits / max(said, 1), hits / owed, threshold)


def best_threshold(of: Outcome) -> float:
    """The threshold with the best F1; of several, the highest."""
    order = np.argsort(-of.probability, kind="stable")
    probability, hits = of.probability[order], np.cumsum(of.right[order])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + of.has_record.sum())
    last_of_equals = np.append(probability[1:] != probability[:-1], True)
    return float(probability[np.argmax(np.where(last_of_equals & (probability > 0), f1, -1))])


def equal_width(probability: Floats) -> Floats:
    return np.minimum((probability * BINS).astype(int), BINS - 1)


def equal_mass(probability: Floats) -> Floats:
    ranks = np.argsort(np.argsort(probability, kind="stable"), kind="stable")
    return ranks * BINS // len(probability)


def calibration_error(of: Outcome, bins: Floats) -> float:
    """Expected calibration error: the gap between mean probability and share right, weighted by the size of the bin."""
    gaps = np.bincount(bins, weights=of.probability - of.right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(bins))


def brier(of: Outcome) -> Floats:
    return (of.probability - of.right) ** 2


def log_loss(of: Outcome) -> Floats:
    p = np.clip(of.probability, SMALLEST, 1 - SMALLEST)
    return -np.where(of.right, np.log(p), np.log1p(-p))


def scores(of: Outcome, threshold: float) -> dict[str, float]:
    claims = claims_at(threshold, of)
    return {
        "F1": claims.f1,
        "precision": claims.precision,
        "recall": claims.recall,
        "ECE, equal width": calibration_error(of, equal_width(of.probability)),
        "ECE, equal mass": calibration_error(of, equal_mass(of.probability)),
        "Brier": float(brier(of).mean()),
        "log loss": float(log_loss(of).mean()),
    }


def drawn(of: Outcome, events: Floats) -> Outcome:
    return Outcome(of.probability[events], of.right[events], of.has_record[events])


@dataclass(frozen=True)
class Difference:
    """Of two tools on the same events, with the interval that holds 95 % of the resamples."""

    mean: float
    low: float
    high: float


def differences(
    ours: Outcome, theirs: Outcome, thresholds: tuple[float, float], resamples: int = RESAMPLES
) -> dict[str, Difference]:
    """Paired bootstrap: both tools are scored on the same resampled events."""
    rng = np.random.default_rng(1)
    size = len(ours.right)
    gaps: dict[str, list[float]] = {}
    for _ in range(resamples):
        events = rng.integers(size, size=size)
        pair = [scores(drawn(of, events), threshold) for of, threshold in zip((ours, theirs), thresholds, strict=True)]
        for measure, value in pair[0].items():
            gaps.setdefault(measure, []).append(value - pair[1][measure])
    exact = [scores(of, threshold) for of, threshold in zip((ours, theirs), thresholds, strict=True)]
    return {
        measure: Difference(exact[0][measure] - exact[1][measure], *np.percentile(values, [2.5, 97.5]))
        for measure, values in gaps.items()
    }


@dataclass(frozen=True)
class Bin:
    low: float
    high: float
    events: int
    said: float
    right: float


def reliability(of: Outcome) -> list[Bin]:
    """Events by what was said of them, finest where it matters most."""
    rows = []
    for low, high in zip(EDGES, (*EDGES[1:], 1.0), strict=True):
        inside = (of.probability >= low) & ((of.probability < high) | (high == 1.0))
        if inside.any():
            rows.append(
                Bin(low, high, int(inside.sum()), float(of.probability[inside].mean()), float(of.right[inside].mean()))
            )
    return rows


def sure(of: Outcome, least: float) -> tuple[int, int]:
    """How many claims have at least this probability, and how many of these are right."""
    claimed = of.probability >= least
    return int(claimed.sum()), int((of.right & claimed).sum())


def check() -> None:
    """The measures against a case worked out by hand, and against a tool that is right by construction."""
    of = Outcome(
        np.array([0.9, 0.8, 0.6, 0.0]), np.array([True, False, True, False]), np.array([True, False, True, True])
    )
    near = lambda got, wanted: abs(got - wanted) < 1e-12 or _wrong(got, wanted)  # noqa: E731
    near(best_threshold(of), 0.6)
    near(claims_at(0.6, of).f1, 4 / 6)
    near(claims_at(0.7, of).recall, 1 / 3)
    near(claims_at(0.6, of).precision, 2 / 3)
    near(calibration_error(of, equal_width(of.probability)), (0.1 + 0.8 + 0.4) / 4)
    near(float(brier(of).mean()), (0.01 + 0.64 + 0.16) / 4)
    near(float(log_loss(of)[1]), -np.log(0.2))
    near(sure(of, 0.8)[0] + sure(of, 0.8)[1], 3)
    same = differences(of, of, (0.6, 0.6), resamples=20)["F1"]
    near(abs(same.low) + abs(same.high), 0)
    rng = np.random.default_rng(2)
    p = rng.random(200_000)
    honest = Outcome(p, rng.random(len(p)) < p, np.ones(len(p), bool))
    for bins in (equal_width(p), equal_mass(p)):
        assert calibration_error(honest, bins) < 0.01, "a calibrated tool has a calibration error"
    print("the measures agree with what was worked out by hand")


def _wrong(got: float, wanted: float) -> None:
    raise AssertionError(f"{got} instead of {wanted}")


if __name__ == "__main__":
    check()
