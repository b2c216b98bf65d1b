"""Cross-validation over data sets: how right a recipe is on sources that the network has not seen.

Networks of short runs are compared with one another, not with the shipped network, which has seen all sources. Test
splits are left alone.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from handpose_live.inference.loading import load_estimator
from handpose_live.types.errors import HandPoseError

from ..data.folders import Sample, read_hands
from ..evaluate.reliability import ScoredErrors, best_spread_factor, write_diagram
from ..evaluate.reliability import as_table as reliability_table
from ..evaluate.sources import network_finder, source_error
from ..train.fit import fit
from ..train.options import FitOptions
from .mediapipe_on_crops import CROP_PX, MediaPipeOnCrops

MIN_HANDS, MAX_HANDS = 100, 400  # of a source: fewer would tell little, and more would only take longer


@dataclass(frozen=True)
class Row:
    """Errors on a source, in % of the longer side of the joint box.

    Attributes:
        source: its name.
        hands: how many were measured.
        ours: of the network that has not seen it.
        other: of another network, which may have; None without one.
        mediapipe: of MediaPipe on the same crops.
        mediapipe_missed: hands that it does not find there; they do not count in its error.
    """

    source: str
    hands: int
    ours: float
    other: float | None
    mediapipe: float
    mediapipe_missed: int


def generalise(options: FitOptions, folds: int, weights: Path | None) -> None:
    """Train a network for each fold without the sources of that fold, and print its errors on them.

    Args:
        options: of the runs; each has a folder of its own in ``out``, where it resumes.
        folds: number of networks.
        weights: of another network to measure too.

    Raises:
        HandPoseError: the data cannot be used, or have too few sources.
    """
    sources = read_sources(options.data)
    parts = deal(list(sources), folds)
    if len(parts) < 2:
        raise HandPoseError(f"Name data of at least two sources with {MIN_HANDS} hands each in their index.csv.")
    other = load_estimator(weights, options.device) if weights else None
    rows, joints = [], list[ScoredErrors]()
    with closing(MediaPipeOnCrops()) as mediapipe:
        for number, part in enumerate(parts):
            run = replace(options, out=options.out / f"fold-{number}", leave_out=tuple(part))
            print(f"\nWithout {', '.join(part)}:")
            fit(run, test=False)
            network = load_estimator(run.best, options.device)
            for source in part:
                hands = sources[source]
                found, missed = source_error(mediapipe, hands, replace(network.info, crop_px=CROP_PX))
                ours = source_error(network_finder(network), hands, network.info)[0]
                theirs = source_error(network_finder(other), hands, other.info)[0] if other else None
                joints.append(ScoredErrors.measure(network, hands))
                rows.append(Row(source, len(hands), ours, theirs, found, missed))
    print("\n" + as_table(rows, weights.name if weights else "-"))
    print_reliability(ScoredErrors.join(joints), options.out / "reliability.png")


def print_reliability(joints: ScoredErrors, diagram: Path) -> None:
    """Print how far scores can be trusted on sources that were left out, and plot it."""
    factor = best_spread_factor(joints)
    widened = joints.widened(factor)
    print(f"\nJoint scores, with spreads multiplied by {factor:.2f} (export --spread-factor):")
    print(reliability_table(widened))
    write_diagram(diagram, widened)


def read_sources(folders: Sequence[Path]) -> dict[str, list[Sample]]:
    """The hands of each source, evenly chosen of the splits to train and to validate on.

    Raises:
        HandPoseError: a folder cannot be used.
    """
    sources = defaultdict[str, list[Sample]](list)
    for folder in folders:
        for split in ("train", "val"):
            for sample in read_hands(folder, split):
                sources[sample.set].append(sample)
    return {
        name: hands[:: -(-len(hands) // MAX_HANDS)]
        for name, hands in sorted(sources.items())
        if name and len(hands) >= MIN_HANDS
    }


def deal(sources: Sequence[str], folds: int) -> list[list[str]]:
    """Deal sources into folds; those whose names differ only in digits, parts of one, stay together."""
    families = defaultdict[str, list[str]](list)
    for source in sources:
        families[re.sub(r"\d+", "", source)].append(source)
    parts: list[list[str]] = [[] for _ in range(folds)]
    for number, family in enumerate(families.values()):
        parts[number % folds] += family
    return [part for part in parts if part]


def as_table(rows: Sequence[Row], other: str) -> str:
    """Format the errors, with the mean over sources; ``other`` names the other network."""
    lines = [f"{'% of the joint box':<22}{'hands':>7}{'unseen':>9}{other:>20}{'MediaPipe':>11}  not found"]
    for row in sorted(rows, key=lambda row: row.source):
        theirs = "-" if row.other is None else f"{row.other:.2f}"
        cells = f"{row.hands:>7}{row.ours:>9.2f}{theirs:>20}{row.mediapipe:>11.2f}{row.mediapipe_missed:>11}"
        lines.append(f"{row.source:<22}{cells}")
    means = [sum(getattr(row, name) for row in rows) / len(rows) for name in ("ours", "mediapipe")]
    lines.append(f"{'mean':<22}{'':>7}{means[0]:>9.2f}{'':>20}{means[1]:>11.2f}")
    return "\n".join(lines)
