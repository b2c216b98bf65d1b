"""Frames with real hands at known positions: images of the data set on a plain background."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from handpose_live.detection.detection import Detection
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Side
from trainer.data.background import replace_green_screen
from trainer.data.folders import Sample, read_hands

WIDTH, HEIGHT, IMAGE_PX, FPS = 960, 540, 224, 30.0


@dataclass(frozen=True, eq=False)
class PlacedHand:
    """The image of a hand with its top left corner at a position in the frame; mirrored for a left hand."""

    sample: Sample
    x: int
    y: int
    side: Side = "right"

    @property
    def joints(self) -> Floats:
        assert self.sample.joints_px is not None
        joints = self.sample.joints_px.copy()
        if self.side == "left":
            joints[:, 0] = IMAGE_PX - joints[:, 0]
        return joints + np.array([self.x, self.y], np.float32)

    @property
    def size_px(self) -> float:
        return float(np.ptp(self.joints, axis=0).max())

    def detection(self, side: Side | None = None) -> Detection:
        """Return the detection of a perfect detector, optionally with another side."""
        return Detection.around(self.joints, side or self.side, 0.9)


def hands(shared: Path, gesture: str, count: int) -> list[Sample]:
    """Select hands of the data set with a green screen, which can be replaced by any background."""
    folder = shared / "data" / "hands"
    with (folder / "index.csv").open(newline="") as file:
        selected = {
            int(row["index"])
            for row in csv.DictReader(file)
            if row["set"] == "rpscv" and row["gesture"] == gesture and float(row["source_hand_px"]) > 120
        }
    return [sample for sample in read_hands(folder, "val") if int(sample.path.stem) in selected][:count]


def frame(index: int, *placed: PlacedHand) -> Frame:
    """Compose a frame of these hands, later ones over earlier ones."""
    image: Image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    for hand in placed:
        hand_image = hand.sample.read()
        _draw(image, hand_image[:, ::-1] if hand.side == "left" else hand_image, hand.x, hand.y)
    return Frame(image, index, index / FPS)


def _draw(image: Image, hand_image: Image, x: int, y: int) -> None:
    """Draw the hand of a green-screen image on the frame and clip it to the frame."""
    top, left = max(0, -y), max(0, -x)
    part = hand_image[top : max(top, HEIGHT - y), left : max(left, WIDTH - x)]
    if part.size:
        under = image[y + top : y + top + part.shape[0], x + left : x + left + part.shape[1]]
        hand, background = (
            torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None] for image in (part, under)
        )
        under[:] = replace_green_screen(hand, background)[0].permute(1, 2, 0).numpy()
