"""Nerve's matcher, called as a program: each event alone, candidates through keys."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path("shared/matching/weights.json")
FEBRL = Path("tests/matching/models/febrl.json")


@dataclass(frozen=True)
class Matcher:
    program: Path

    def call(self, command: str, **options: Path | None) -> str:
        """What it prints of its speed."""
        words = [
            word for name, value in options.items() if value for word in (f"--{name.replace('_', '-')}", str(value))
        ]
        done = subprocess.run([self.program, command, *words], check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr.strip()}")
        return done.stderr

    def predict(self, folder: Path, out: Path, model: Path | None) -> dict[str, float]:
        said = self.call("predict", model=model, base=folder / "base.csv", events=folder / "events.csv", out=out)
        per_second, candidates = (float(number) for number in re.findall(r"[\d.]+", said)[:2])
        return {"batch_ms": 1_000 / per_second, "candidates": candidates}
