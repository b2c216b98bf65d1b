"""Compare folders of rendered hands by what each teaches: errors on real sources that no training saw.

``python -m tests.trainer.compare_renderers --data ../shared/data --rendered sdf=DIR --rendered people=DIR --out DIR``
takes too long to be a test. With every folder, the same steps are trained twice, with the same seed:

- *alone*: a new network, on the rendered hands only;
- *with real hands*: from a network trained on the real hands but for the sources left out, on both.

``none`` is the second without rendered hands. Interrupted runs are resumed. All folders should hold equally many
hands.
"""

import argparse
import csv
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.types.arrays import Floats
from handpose_live.types.skeleton import JOINT_NAMES
from trainer.data.folders import read_hands, read_rows
from trainer.evaluate.accuracy import predict

# Sources left out of the training with real hands: other people, cameras and rooms.
LEFT_OUT = ("hagrid384", "hagrid512", "rf_lebanese", "rf_asl_lee")
FAR, TIPS = "cgd_hand", "ti1k"  # sources of hands2, both left out; persons marked two tips of the second
MEASURED = 400  # hands of each source
MARKED_JOINTS = ("thumb_tip", "index_tip")


def main() -> None:
    """Train, measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="with hands and hands2")
    parser.add_argument("--rendered", action="append", required=True, metavar="NAME=DIR", help="in FreiHAND's layout")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--steps", type=int, default=500, help="of each training (%(default)s)")
    parser.add_argument("--start-steps", type=int, default=1500, help="on real hands, to start from (%(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="trainings of each kind (%(default)s)")
    options = parser.parse_args()
    hands, hands2 = (options.data / name for name in ("hands", "hands2"))
    real = _select(hands, options.out / "real", keep=lambda name: name not in LEFT_OUT)
    sources = {name: _select(hands, options.out / name, keep=name.__eq__, split="test") for name in LEFT_OUT}
    sources |= {name: _select(hands2, options.out / name, keep=name.__eq__, split="test") for name in (FAR, TIPS)}
    print(f"{'mean error in %':<28}" + "".join(f"{name:>13}" for name in (*sources, "ti1k tips")))
    start = _fit(options.out / "start", options.start_steps, seed=0, data=real)
    _print_row("start", start, sources)
    rendered = dict(text.split("=", 1) for text in options.rendered)
    for seed in range(1, options.seeds + 1):
        for name, folder in rendered.items():
            alone = _fit(options.out / f"{name}-alone-{seed}", options.steps, seed=seed, data=Path(folder))
            _print_row(f"{name}, alone", alone, sources)
        for name in (None, *rendered):
            run = options.out / f"{name or 'none'}-{seed}"
            extra = ["--from", str(start)] + (["--train-on", rendered[name]] if name else [])
            tuned = _fit(run, options.steps, seed=seed, data=real, extra=extra)
            _print_row(f"{name or 'none'}, with real hands", tuned, sources)


def _select(folder: Path, made: Path, *, keep: Callable[[str], bool], split: str | None = None) -> Path:
    """Make a folder in FreiHAND's layout that shares the files of another, but has hands of some sets only.

    Args:
        folder: with ``index.csv``.
        made: is created.
        keep: whether to keep the hands of a set.
        split: of the kept hands; None to leave each where it is.
    """
    made.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name != "index.csv" and not (made / path.name).exists():
            (made / path.name).symlink_to(path.resolve())
    with (made / "index.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("index", "split", "set"))
        for index, row in read_rows(folder / "index.csv"):
            if keep(row["set"]):
                table.writerow((index, split or row["split"], row["set"]))
    return made


def _fit(run: Path, steps: int, *, seed: int, data: Path, extra: Sequence[str] = ()) -> Path:
    """Train a network, or finish an interrupted training; returns its weights."""
    command = [sys.executable, "-m", "trainer", "fit", "--data", str(data), "--out", str(run), *extra]
    command += ["--steps", str(steps), "--seed", str(seed), "--device", "cpu"]
    run.mkdir(parents=True, exist_ok=True)
    with (run / "output.txt").open("a") as output:
        subprocess.run(command, check=True, stdout=output, stderr=output)
    return run / "best.safetensors"


def _print_row(name: str, weights: Path, sources: dict[str, Path]) -> None:
    """Print the errors of a network on each source."""
    estimator = load_estimator(weights, "cpu")
    errors = {source: _errors_percent(estimator, folder) for source, folder in sources.items()}
    marked = errors[TIPS][[JOINT_NAMES.index(joint) for joint in MARKED_JOINTS]].mean()
    means = (*(error.mean() for error in errors.values()), marked)
    print(f"{name:<28}" + "".join(f"{error:>13.2f}" for error in means), flush=True)


def _errors_percent(estimator: PoseEstimator, folder: Path) -> Floats:
    """``(21,)`` mean error of each joint in % of the crop side, over evenly chosen hands of a folder."""
    hands = read_hands(folder, "test")
    shown = hands[:: -(-len(hands) // MEASURED)]
    errors = np.stack([prediction.errors for prediction in predict(estimator, shown)])
    return np.asarray(100 * errors.mean(axis=0), np.float32)


if __name__ == "__main__":
    main()
