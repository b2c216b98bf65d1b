"""Contact sheets of the hands that a system missed and of what it falsely found."""

from collections.abc import Sequence
from pathlib import Path

import cv2

from handpose_live.types.arrays import Floats, Image
from handpose_live.types.crop import Crop

from ...data.frames import MarkedFrame
from ...evaluate.sheets import TILE_PX, write_grid
from .judge import Judgement

TILES = 96
MARGIN = 3.0  # of a tile around the square


def write_misses(folder: Path, judgement: Judgement, systems: Sequence[str]) -> None:
    """Write ``missed SYSTEM.png`` for each system: missed hands, evenly picked, each in a white square."""
    for name in systems:
        missed = [(hand.frame, hand.square) for hand in judgement.hands if hand.found[name] is None]
        _write(folder / f"missed {name}.png", missed)


def write_false_finds(folder: Path, judgement: Judgement, systems: Sequence[str]) -> None:
    """Write ``false SYSTEM.png`` for each system: false finds, evenly picked, each in a white square."""
    for name in systems:
        _write(
            folder / f"false {name}.png", [(find.frame, find.square) for find in judgement.false if find.system == name]
        )


def _write(path: Path, squares: Sequence[tuple[MarkedFrame, Floats]]) -> None:
    shown = squares[:: -(-len(squares) // TILES) or 1]
    if shown:
        write_grid(path, [_tile(frame, square) for frame, square in shown])


def _tile(frame: MarkedFrame, square: Floats) -> Image:
    x, y = (square[:2] + square[2:]) / 2
    tile = Crop(float(x), float(y), MARGIN * float(square[2] - square[0])).cut(frame.read(), TILE_PX)
    edge = round(TILE_PX * (1 - 1 / MARGIN) / 2)
    cv2.rectangle(tile, (edge, edge), (TILE_PX - edge, TILE_PX - edge), (255, 255, 255), 1)
    cv2.putText(tile, f"{frame.set} {frame.number}", (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1)
    return tile
