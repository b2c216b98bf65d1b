"""Evaluate a weights file: a report as text and JSON, and images of the predictions."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from handpose_live.inference.loading import load_estimator
from handpose_live.types.skeleton import FINGERS, JOINT_NAMES

from ..data.folders import read_all_hands
from .accuracy import Report, measure, predict
from .sheets import COLUMNS, write_pck, write_predictions

GRID_TILES = 6 * COLUMNS


def evaluate(
    data: Sequence[Path],
    split: str,
    weights: Path,
    *,
    raw: bool,
    device: str | None,
    json_path: Path | None,
    images: Path | None,
) -> None:
    """Evaluate a weights file on a split, print the report and write the requested files.

    Args:
        data: folders in FreiHAND's layout.
        split: "train", "val", "test" or "evaluation".
        weights: the ``.safetensors`` file.
        raw: see :func:`trainer.data.folders.read_hands`.
        device: see :func:`load_estimator`.
        json_path: file for the report as JSON.
        images: folder for ``predictions.png`` and ``pck.png``.

    Raises:
        HandPoseError: data or weights cannot be used.
        OSError: a file cannot be written.
    """
    estimator = load_estimator(weights, device)
    samples = read_all_hands(data, split, raw=raw)
    report = measure(estimator, samples)
    print(as_text(report))
    if json_path is not None:
        json_path.parent.mkdir(parents=True, exist_ok=True)
        json_path.write_text(json.dumps(asdict(report), indent=2) + "\n")
    if images is not None:
        images.mkdir(parents=True, exist_ok=True)
        shown = samples[:: max(1, len(samples) // GRID_TILES)][:GRID_TILES]
        write_predictions(images / "predictions.png", list(predict(estimator, shown)))
        write_pck(images / "pck.png", report)


def as_text(report: Report) -> str:
    """Format the report as a table."""
    px = ", ".join(f"{error:.2f} px at {side}" for side, error in report.mean_error_px.items())
    lines = [
        f"{report.n} hands, upright crops as in the live program",
        f"mean error   {report.mean_error_percent:.2f} % of the crop side ({px})",
        f"unturned     {report.unturned_error_percent:.2f} % where crops are not turned upright",
        f"PCK          {_pck_at_thresholds(report)}; area to {list(report.pck)[-1]}: {report.auc:.3f}",
        "",
        f"{'mean error in %':<16}" + "".join(f"{part:>8}" for part in ("knuckle", "2nd", "3rd", "tip")),
        f"{'wrist':<16}{report.per_joint['wrist']:>8.2f}",
    ]
    for finger in FINGERS:
        errors = (report.per_joint[JOINT_NAMES[joint]] for joint in finger.joints)
        lines.append(f"{finger.name:<16}" + "".join(f"{error:>8.2f}" for error in errors))
    return "\n".join(lines)


def _pck_at_thresholds(report: Report) -> str:
    return ", ".join(f"{report.pck[threshold]:.3f} at {threshold}" for threshold in ("0.02", "0.05", "0.10"))
