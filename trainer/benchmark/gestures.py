"""Evaluate the gesture classifier on labelled images: confusion table, precision and recall."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from handpose_live.gestures.hand_shape import hand_shape
from handpose_live.gestures.rules import default_rules, gesture_scores, name_gesture
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop
from handpose_live.types.errors import HandPoseError

from ..data.folders import Sample, read_numbered_hands, read_rows
from ..evaluate.accuracy import predict

NONE = "none"
# The data sets' labels of the program's gestures: HaGRID's words, digits and letters of sign languages, a game's words.
# Left out: letters with movement (J, Z), seen along the fingers (C, P, Q) or between two gestures (K).
LABELS = {
    **dict.fromkeys(("palm", "stop", "stop_inverted", "digit_5", "paper"), "open_palm"),
    **dict.fromkeys(("four", "digit_4", "asl_B"), "four"),
    **dict.fromkeys(("three", "three2", "digit_3", "digit_6", "asl_W"), "three"),
    **dict.fromkeys(("peace", "peace_inverted", "digit_2", "asl_V", "scissors"), "victory"),
    **dict.fromkeys(("one", "mute", "digit_1", "asl_D", "asl_G"), "pointing"),
    **dict.fromkeys(("horns",), "rock"),
    **dict.fromkeys(("call", "asl_Y"), "call"),
    **dict.fromkeys(("ok", "digit_9", "asl_F"), "ok"),
    **dict.fromkeys(("digit_0", "asl_O"), "pinch"),
    "like": "thumb_up",
    "dislike": "thumb_down",
    **dict.fromkeys(("fist", "fist_game", "asl_A", "asl_E", "asl_M", "asl_N", "asl_S", "asl_T"), "fist"),
    **dict.fromkeys(("no_gesture", "two_up", "two_up_inverted", "digit_7", "digit_8"), NONE),
    **dict.fromkeys(("asl_H", "asl_I", "asl_L", "asl_R", "asl_U", "asl_X"), NONE),
}
# "rock" labels two gestures, depending on the data set: the fist of the game, HaGRID's horns.
ROCK_BY_SET = {"rpscv": "fist_game", "rps_kaust_crops": "fist_game", "hagrid512": "horns"}
# Labelled by image, whose other hand may show another gesture.
LABELLED_BY_IMAGE = {"hagrid384"}

Counts = Counter[tuple[str, str]]
# Joints ``(21, 2)``, or ``(21, 3)`` with depths, in image px, and their scores ``(21,)``.
ScoredJoints = tuple[Floats, Floats]


def print_gestures(data: Sequence[Path], split: str, estimator: PoseEstimator | None) -> None:
    """Classify the gestures of a split and print the confusion table, with precision and recall.

    Args:
        data: folders in FreiHAND's layout whose ``index.csv`` has the columns ``set`` and ``gesture``.
        split: "train", "val" or "test".
        estimator: of the joints; None takes the labelled joints.

    Raises:
        HandPoseError: there are no hands with a known gesture.
    """
    labelled = [pair for folder in data for pair in read_labelled(folder, split)]
    if not labelled:
        raise HandPoseError(
            f"There are no hands of known gesture of the split '{split}' in {', '.join(map(str, data))}."
        )
    samples = [sample for sample, _ in labelled]
    joints = labelled_joints(samples) if estimator is None else _estimated_joints(estimator, samples)
    print(as_table(count((label for _, label in labelled), joints)))


def read_labelled(folder: Path, split: str) -> list[tuple[Sample, str]]:
    """Return the hands of a split with a known gesture, with the program's name for it, which may be "none"."""
    table = folder / "index.csv"
    if not table.is_file():
        return []
    rows = dict(read_rows(table))
    pairs = ((sample, _gesture_name(rows[number])) for number, sample in read_numbered_hands(folder, split))
    return [(sample, label) for sample, label in pairs if label is not None]


def count(labels: Iterable[str], hands: Iterable[ScoredJoints]) -> Counts:
    """Count the pairs of a hand's label and its predicted gesture."""
    rules = default_rules()
    named = (
        name_gesture(gesture_scores(hand_shape(joints, left=False), joint_scores, rules))
        for joints, joint_scores in hands
    )
    return Counter((label, gesture.name if gesture else NONE) for label, gesture in zip(labels, named, strict=True))


def as_table(counts: Counts) -> str:
    """Format the confusion matrix, a row per label and a column per prediction, with recall and precision."""
    names = [*sorted({name for pair in counts for name in pair} - {NONE}), NONE]
    width = max(map(len, (*names, "precision"))) + 2
    lines = ["".join(f"{text:>{width}}" for text in ("is \\ named", *names, "recall"))]
    for label in names:
        row = [counts[label, name] for name in names]
        recall = _percent(counts[label, label], sum(row))
        lines.append("".join(f"{text:>{width}}" for text in (label, *(number or "·" for number in row), recall)))
    columns = [sum(counts[label, name] for label in names) for name in names]
    precisions = [_percent(counts[name, name], total) for name, total in zip(names, columns, strict=True)]
    lines.append("".join(f"{text:>{width}}" for text in ("precision", *precisions)))
    named = sum(columns[:-1])
    right = sum(counts[name, name] for name in names[:-1])
    gestures = sum(number for (label, _), number in counts.items() if label != NONE)
    lines.append(
        f"of {sum(columns)} hands {named} were named, {_percent(right, named)} of them correctly; "
        f"of {gestures} that show a gesture, {_percent(right, gestures)} were"
    )
    return "\n".join(lines)


def _gesture_name(row: dict[str, str]) -> str | None:
    if row.get("set") in LABELLED_BY_IMAGE:
        return None
    gesture = row.get("gesture", "")
    return LABELS.get(ROCK_BY_SET.get(row.get("set", ""), gesture) if gesture == "rock" else gesture)


def labelled_joints(samples: Sequence[Sample]) -> list[ScoredJoints]:
    """Return the labelled joints of each hand, with scores of 1."""
    return [(joints, np.ones(len(joints), np.float32)) for joints in _joints(samples)]


def _estimated_joints(estimator: PoseEstimator, samples: Sequence[Sample]) -> list[ScoredJoints]:
    """In image px, not crop px: which way a thumb points is relative to the image.

    The images are parts of larger ones, so that their perspective is unknown: depths are those of a scaled orthographic
    projection.
    """
    info = estimator.info
    crops = [Crop.around(joints, margin=info.crop_margin) for joints in _joints(samples)]
    hands = []
    for crop, found in zip(crops, predict(estimator, samples), strict=True):
        joints = crop.to_frame(found.joints_crop_px, info.crop_px)
        if np.isfinite(found.depths_crop_px).all():
            joints = np.column_stack([joints, found.depths_crop_px * (crop.size / info.crop_px)])
        hands.append((joints, found.joint_scores))
    return hands


def _joints(samples: Sequence[Sample]) -> list[Floats]:
    return [sample.joints_px for sample in samples if sample.joints_px is not None]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
