"""Options and logs of short training runs."""

import csv
from pathlib import Path

from trainer.train.options import FitOptions


def fit_options(data: Path, out: Path, *, recipe: str = "live", steps: int = 4) -> FitOptions:
    return FitOptions((data,), out, recipe, steps, "cpu", seed=0)


def read_log(out: Path) -> list[dict[str, str]]:
    with (out / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def read_minutes(out: Path) -> str:
    return f"{float(read_log(out)[-1]['seconds']) / 60:.0f}"
