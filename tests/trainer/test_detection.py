"""Recall and false finds of detectors in whole frames."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from handpose_live.types.arrays import Floats, Image
from tests.hands import spread_hand
from trainer.__main__ import main
from trainer.benchmark.detection.command import SYSTEMS
from trainer.benchmark.detection.judge import Judgement, judge
from trainer.benchmark.detection.pictures import write_false_finds, write_misses
from trainer.benchmark.detection.systems import Found, System
from trainer.benchmark.detection.tables import as_json, as_text
from trainer.data.boxes import hand_square
from trainer.data.frames import MEDIAPIPE, RENDERED, MarkedFrame, MarkedHand

MEDIAPIPE_SYSTEMS = [name for name in SYSTEMS if "mediapipe" in name]
WIDTH, HEIGHT = 640, 480


class Finds(System):
    """Finds the same hands in every image."""

    def __init__(self, *joints: Floats) -> None:
        self._found = [Found(hand_square(each), "left") for each in joints]

    def __call__(self, image: Image) -> list[Found]:
        assert image.shape == (HEIGHT, WIDTH, 3)
        return self._found

    def close(self) -> None:
        pass


def _hand(x: float, size: float = 60) -> Floats:
    return spread_hand(wrist=(x, 300), length_px=size).joints


def _frame(folder: Path, *hands: MarkedHand, is_complete: bool = True) -> MarkedFrame:
    path = folder / "frame.jpg"
    cv2.imwrite(str(path), np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    return MarkedFrame(
        path, 0, "rendered", "MIT", is_complete, hands, {"skin": "old_darkskinned_male", "light": "lamp"}
    )


def _judged(folder: Path) -> Judgement:
    """A large left hand, a small right one that one system misses, and a false find of the other."""
    large = MarkedHand(None, _hand(100), "left", RENDERED)
    small = MarkedHand(None, _hand(300, 30), "right", RENDERED, holds="cup")
    systems = {"all": Finds(_hand(100), _hand(300, 30), _hand(500)), "large": Finds(_hand(100))}
    return judge([_frame(folder, large, small)], systems)


def test_recall_is_counted_in_each_row_of_each_table(tmp_path: Path) -> None:
    figures = as_json(_judged(tmp_path), ["all", "large"])
    recall = {
        (table, row): (cells["hands"], cells["all"]["share"], cells["large"]["share"])
        for table, rows in figures["recall"].items()
        for row, cells in rows.items()
    }
    assert recall["set", "rendered"] == recall["skin", "dark"] == recall["light", "lamp"] == (2, 1, 0.5)
    assert recall["rendered", "at least 40 px"] == recall["holds", "nothing"] == (1, 1, 1)
    assert recall["rendered", "at least 20 px"] == (2, 1, 0.5)
    assert recall["holds", "cup"] == (1, 1, 0)
    sizes = {row: cells for (table, row), cells in recall.items() if table.startswith("size")}
    assert [cells[0] for cells in sizes.values()] == [1, 1]


def test_false_finds_are_counted_per_complete_frame(tmp_path: Path) -> None:
    figures = as_json(_judged(tmp_path), ["all", "large"])
    assert figures["false"] == {"rendered": {"frames": 1, "all": 1, "large": 0}}


def test_an_incompletely_marked_frame_has_no_false_finds(tmp_path: Path) -> None:
    hand = MarkedHand(None, _hand(100), "left", MEDIAPIPE)
    judgement = judge([_frame(tmp_path, hand, is_complete=False)], {"all": Finds(_hand(100), _hand(500))})
    assert [each.found["all"] is not None for each in judgement.hands] == [True]
    assert as_json(judgement, ["all"])["false"] == {}


def test_a_hidden_hand_is_neither_missed_nor_falsely_found(tmp_path: Path) -> None:
    hidden = MarkedHand(None, _hand(100), "left", RENDERED, visible_share=0.1)
    judgement = judge([_frame(tmp_path, hidden)], {"all": Finds(_hand(100)), "none": Finds()})
    assert (judgement.hands, judgement.false) == ([], [])


def test_sides_are_those_of_the_rendered_hands_that_were_found(tmp_path: Path) -> None:
    side = as_json(_judged(tmp_path), ["all", "large"])["side"]
    assert (side["all"]["of"], side["all"]["share"]) == (2, 0.5)
    assert (side["large"]["of"], side["large"]["share"]) == (1, 1)


def test_the_text_has_a_line_for_each_row(tmp_path: Path) -> None:
    judgement = _judged(tmp_path)
    lines = as_text(as_json(judgement, ["all", "large"]), ["all", "large"]).splitlines()
    assert next(line.split() for line in lines if line.startswith("  at least 20 px"))[-2:] == ["50.0", "(9.5-90.5)"]


def test_missed_hands_and_false_finds_are_drawn(tmp_path: Path) -> None:
    judgement = _judged(tmp_path)
    write_misses(tmp_path, judgement, ["all", "large"])
    write_false_finds(tmp_path, judgement, ["all", "large"])
    assert {path.name for path in tmp_path.glob("*.png")} == {"missed large.png", "false all.png"}


def test_all_systems_find_a_plain_hand(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = tmp_path / "frames", shared / "data" / "frames" / "boxes.csv"
    (folder / "rgb").mkdir(parents=True)
    rows = table.read_text().splitlines()
    kept = [row for row in rows[1:] if row.startswith("3590,")]
    (folder / "boxes.csv").write_text("\n".join([rows[0], *kept]))
    (folder / "rgb" / "003590.jpg").symlink_to(shared / "data" / "frames" / "rgb" / "003590.jpg")
    report, only = tmp_path / "report.json", ["--only", *MEDIAPIPE_SYSTEMS]
    assert main(["detection", "--frames", str(folder), "--split", "train", "--json", str(report), *only]) == 0
    recall = json.loads(report.read_text())["recall"]["set"]["ti1k"]
    assert recall["hands"] == 1
    assert {name: recall[name]["share"] for name in MEDIAPIPE_SYSTEMS} == dict.fromkeys(MEDIAPIPE_SYSTEMS, 1)
    assert "ti1k" in capsys.readouterr().out


def test_frames_that_do_not_exist_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detection", "--frames", str(tmp_path)]) == 1
    assert "boxes.csv cannot be read" in capsys.readouterr().err
