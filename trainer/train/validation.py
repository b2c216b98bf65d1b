"""Validation at the end of each epoch, which selects the best network."""

import csv

from handpose_live.pose.weights import NetworkInfo, save_weights

from .options import FitOptions
from .run import Run

LOG_COLUMNS = ("step", "samples", "seconds", "learning_rate", "loss", "validation_error_percent")


class Validation:
    """Validates the network of a run and writes the run's files."""

    def __init__(self, info: NetworkInfo, options: FitOptions) -> None:
        """Args:
        info: of the network.
        options: name the files.
        """
        self._info, self._options = info, options

    def end_epoch(self, run: Run, loss: float) -> None:
        """Save the network if it is the best so far, log the epoch and write a checkpoint.

        Args:
            run: at the end of an epoch.
            loss: the epoch's mean.
        """
        error_percent = run.error_percent()
        if error_percent < run.best_error_percent:
            run.best_error_percent = error_percent
            save_weights(self._options.best, run.ema_network, self._info)
        self._log(run, loss, error_percent)
        run.save(self._options.checkpoint)

    def _log(self, run: Run, loss: float, error_percent: float) -> None:
        """Append a row to ``log.csv``, or create it with its header."""
        path = self._options.out / "log.csv"
        is_new = not path.is_file()
        with path.open("a", newline="") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(LOG_COLUMNS)
            samples, rate = run.step * run.recipe.batch, run.optimiser.param_groups[0]["lr"]
            figures = f"{run.seconds:.0f}", f"{rate:.2e}", f"{loss:.4f}", f"{error_percent:.3f}"
            writer.writerow([run.step, samples, *figures])
