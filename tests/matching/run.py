"""Generates the sets, runs every tool on them, and writes the tables. Called by `cargo xtask matching`.

Weights and labels come from the training set, thresholds from the validation set, figures from the test set.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import re
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import dedupe_run
import evaluate
import febrl
import latency
import report
import splink_run
from generate import generate
from nerve_run import FEBRL, SHIPPED, Matcher

TRAINING, VALIDATION, TEST, LARGE = 1, 2, 3, 4
COUNTING = "counting equal fields"
PACKAGES = ("splink", "duckdb", "dedupe", "recordlinkage")


SETUP = {"rules": len(splink_run.BLOCKING), "labels": dedupe_run.LABELS, "resamples": evaluate.RESAMPLES}


@dataclass(frozen=True)
class Sizes:
    base: int
    events: int
    large: int
    single_events: int


FULL = Sizes(base=20_000, events=8_000, large=100_000, single_events=50)
QUICK = Sizes(base=4_000, events=2_000, large=10_000, single_events=10)


@dataclass(frozen=True)
class Run:
    root: Path
    matcher: Matcher
    sizes: Sizes

    def set(self, seed: int) -> Path:
        return self.root / f"seed{seed}"

    def predictions(self, tool: str, seed: int) -> Path:
        return self.set(seed) / f"{re.sub(r'[^a-z]+', '-', tool.lower())}.csv"

    def outcome(self, tool: str, seed: int) -> evaluate.Outcome:
        return evaluate.outcome(self.set(seed) / "truth.csv", self.predictions(tool, seed))

    def prepare(self) -> None:
        for seed in (TRAINING, VALIDATION, TEST):
            generate(seed, self.sizes.base, self.sizes.events, self.set(seed))
        generate(LARGE, self.sizes.large, 1_000, self.set(LARGE))
        febrl.generate(self.root)

    def predict(self) -> dict[str, dict[str, float]]:
        """What each tool took on the test set; Nerve as it is shipped comes first."""
        spent = {}
        for seed in (VALIDATION, TEST):
            say(f"Splink, set {seed}")
            spent["Splink"] = splink_run.run(self.set(seed))
        nerve = {}
        for name, model in self.models().items():
            say(name)
            for seed in (VALIDATION, TEST):
                nerve[name] = self.matcher.predict(self.set(seed), self.predictions(name, seed), model)
        return {**nerve, **spent, "dedupe": self.dedupe()}

    def models(self) -> dict[str, Path | None]:
        """Nerve as it is shipped, with weights found without labels, and with those that Splink found."""
        unlabelled, imported, training = self.root / "unlabelled.json", self.root / "imported.json", self.set(TRAINING)
        sets = {"base": training / "base.csv", "events": training / "events.csv"}
        self.matcher.call("estimate", start=SHIPPED, **sets, out=unlabelled)
        self.matcher.call("import-splink", settings=self.set(TEST) / "splink.json", out=imported)
        return {"Nerve": None, "Nerve, without labels": unlabelled, "Nerve, Splink's weights": imported}

    def dedupe(self) -> dict[str, float]:
        say("dedupe learns")
        started = time.perf_counter()
        gazetteer = dedupe_run.taught(self.set(TRAINING))
        training, batch_ms = time.perf_counter() - started, 0.0
        for seed in (VALIDATION, TEST):
            say(f"dedupe, set {seed}")
            batch_ms = dedupe_run.search(gazetteer, self.set(seed), self.predictions("dedupe", seed))
        return {"training": training, "batch_ms": batch_ms}

    def measured(self) -> dict[str, object]:
        spent = self.predict()
        thresholds = {tool: evaluate.best_threshold(self.outcome(tool, VALIDATION)) for tool in spent}
        said = {tool: self.outcome(tool, TEST) for tool in spent}
        say("resampling")
        return {
            "tools": {tool: of_tool(said[tool], thresholds[tool]) | {"spent": spent[tool]} for tool in spent},
            "differences": {
                other: {
                    measure: asdict(gap)
                    for measure, gap in evaluate.differences(
                        said["Nerve"], said[other], (thresholds["Nerve"], thresholds[other])
                    ).items()
                }
                for other in ("Splink", "dedupe")
            },
        }

    def latency(self) -> dict[str, object]:
        say(f"one event against {self.sizes.large:,} records")
        large = self.set(LARGE)
        theirs = latency.splink(large, self.set(TEST) / "splink.json", self.sizes.single_events)
        ours = self.matcher.predict(large, large / "nerve.csv", None)
        return {"records": self.sizes.large, "splink": asdict(theirs), "nerve": ours}

    def febrl(self) -> dict[str, object]:
        say("FEBRL")
        third, fourth = self.root / "febrl3", self.root / "febrl4"
        splink, threshold = febrl.splink_dedupe(third)
        febrl.splink_link(fourth, fourth / "splink.csv")
        febrl.counting_link(fourth, fourth / "counting.csv")
        self.matcher.call("dedupe", model=FEBRL, records=third / "records.csv", out=third / "nerve.csv")
        self.matcher.predict(fourth, fourth / "nerve.csv", FEBRL)
        pairs, clusters = febrl.counting_dedupe(third)
        dedupe = {
            "Nerve": febrl.clusters_score(third, third / "nerve.csv"),
            "Splink": splink,
            COUNTING: pairs,
            f"{COUNTING}, joined": clusters,
        }
        linked = {"Nerve": "nerve.csv", "Splink": "splink.csv", COUNTING: "counting.csv"}
        link = {tool: evaluate.outcome(fourth / "truth.csv", fourth / file) for tool, file in linked.items()}
        return {
            "threshold": threshold,
            "dedupe": {tool: asdict(score) for tool, score in dedupe.items()},
            "link": {tool: asdict(evaluate.claims_at(evaluate.best_threshold(of), of)) for tool, of in link.items()},
        }


def of_tool(said: evaluate.Outcome, threshold: float) -> dict[str, object]:
    return {
        "threshold": threshold,
        "scores": evaluate.scores(said, threshold),
        "reliability": [asdict(row) for row in evaluate.reliability(said)],
        "sure": {str(least): evaluate.sure(said, least) for least in (0.99, 0.9999)},
    }


def environment(seconds: float, quick: bool) -> dict[str, object]:
    about = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    cpu = next((line.split(":")[1].strip() for line in about if line.startswith("model name")), platform.machine())
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "seconds": seconds,
        "quick": quick,
        "versions": {package: version(package) for package in PACKAGES} | {"python": platform.python_version()},
        "machine": f"{os.cpu_count()} cores of {cpu}, {platform.system()} {platform.release()}",
    }


def say(what: str) -> None:
    print(f"  {what}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="cargo xtask matching", description=__doc__)
    parser.add_argument("--matcher", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="small sets, written to target/matching instead of docs")
    options = parser.parse_args()
    # Splink tells each step of its training.
    logging.disable(logging.WARNING)
    started = time.perf_counter()
    evaluate.check()
    root = Path("target/matching/quick" if options.quick else "target/matching")
    run = Run(root, Matcher(options.matcher.resolve()), QUICK if options.quick else FULL)
    run.prepare()
    result = {
        "crm": run.measured(),
        "latency": run.latency(),
        "febrl": run.febrl(),
        "sizes": asdict(run.sizes),
        "setup": SETUP,
    }
    result["environment"] = environment(time.perf_counter() - started, options.quick)
    report.write(result, root if options.quick else Path("docs/benchmarks"))


if __name__ == "__main__":
    main()
