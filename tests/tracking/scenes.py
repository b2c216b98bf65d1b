"""Frames with real hands at known places: pictures of the data set laid on a plain ground."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from handpose_live.tracking.detector import Detection
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Side
from trainer.data.background import replace_green_screen
from trainer.data.folders import Sample, read_hands

WIDTH, HEIGHT, PICTURE_PX, FPS = 960, 540, 224, 30.0


@dataclass(frozen=True, eq=False)
class Placed:
    """A hand's picture with its top left corner at a place in the frame; a left one is mirrored."""

    sample: Sample
    x: int
    y: int
    side: Side = "right"

    @property
    def joints(self) -> Floats:
        assert self.sample.joints_px is not None
        joints = self.sample.joints_px.copy()
        if self.side == "left":
            joints[:, 0] = PICTURE_PX - joints[:, 0]
        return joints + np.array([self.x, self.y], np.float32)

    @property
    def size_px(self) -> float:
        return float(np.ptp(self.joints, axis=0).max())

    def detection(self, side: Side | None = None) -> Detection:
        """What a perfect detector says of it, or one that is wrong about its side."""
        return Detection(self.joints, side or self.side, 0.9)


def hands(shared: Path, gesture: str, count: int) -> list[Sample]:
    """Some green-screen hands of the data set: they can be laid on any ground."""
    folder = shared / "data" / "hands"
    with (folder / "index.csv").open(newline="") as file:
        wanted = {
            int(row["index"])
            for row in csv.DictReader(file)
            if row["set"] == "rpscv" and row["gesture"] == gesture and float(row["source_hand_px"]) > 120
        }
    return [sample for sample in read_hands(folder, "val") if int(sample.path.stem) in wanted][:count]


def frame(index: int, *placed: Placed) -> Frame:
    """The frame with these hands in it, later ones over earlier ones."""
    image: Image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    for hand in placed:
        picture = hand.sample.read()
        _lay(image, picture[:, ::-1] if hand.side == "left" else picture, hand.x, hand.y)
    return Frame(image, index, index / FPS)


def _lay(image: Image, picture: Image, x: int, y: int) -> None:
    """Lay the hand of a green-screen picture on the frame; parts outside fall away."""
    top, left = max(0, -y), max(0, -x)
    part = picture[top : max(top, HEIGHT - y), left : max(left, WIDTH - x)]
    if part.size:
        under = image[y + top : y + top + part.shape[0], x + left : x + left + part.shape[1]]
        hand, ground = (torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None] for image in (part, under))
        under[:] = replace_green_screen(hand, ground)[0].permute(1, 2, 0).numpy()
