"""Read the log of a training run."""

from dataclasses import dataclass
from pathlib import Path

from handpose_live.types.errors import HandPoseError

from ..data.tables import finite, read_table

COLUMNS = ("step", "samples", "seconds", "learning_rate", "validation_error_percent")  # of log.csv


@dataclass(frozen=True)
class TrainingLog:
    """The summary of a run's log.

    Attributes:
        steps: length of the run.
        batch: samples a step.
        seconds: of training.
        highest_rate: the highest learning rate.
        best_step, best_percent: when the validation error was lowest, and that error.
    """

    steps: int
    batch: int
    seconds: float
    highest_rate: float
    best_step: int
    best_percent: float

    @property
    def best_samples(self) -> int:
        """The number of samples up to the best step."""
        return self.best_step * self.batch


def read_training_log(path: Path) -> TrainingLog:
    """Read ``log.csv``.

    Raises:
        HandPoseError: the file is missing, damaged or empty.
    """
    if not path.is_file():
        raise HandPoseError(f"{path} is missing; --run needs the folder that 'fit --out' wrote.")
    rows = read_table(path, COLUMNS, lambda row: {column: finite(row[column]) for column in COLUMNS})
    if not rows:
        raise HandPoseError(f"{path} is empty; let 'fit' continue until its first validation.")
    best = min(rows, key=lambda row: row["validation_error_percent"])
    return TrainingLog(
        steps=int(rows[-1]["step"]),
        batch=int(rows[-1]["samples"] / rows[-1]["step"]),
        seconds=rows[-1]["seconds"],
        highest_rate=max(row["learning_rate"] for row in rows),
        best_step=int(best["step"]),
        best_percent=best["validation_error_percent"],
    )
