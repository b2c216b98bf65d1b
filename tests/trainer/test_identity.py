"""Counts of identity switches and wrong sides on hands that the tests place."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.types.errors import HandPoseError
from tests.hands import spread_hand
from trainer.benchmark.clips import run_program
from trainer.benchmark.identity import compare, print_identities
from trainer.scenes.film import SIZES_PX, write_film
from trainer.scenes.scene import SceneConfig


def _hand(x: float, *, track: int, side: str = "left", score: float = 1.0) -> dict[str, Any]:
    joints = spread_hand(wrist=(x, 200.0), length_px=100.0).joints
    points = np.column_stack([joints, np.ones(21)]).tolist()
    return {"track": track, "side": side, "score": score, "joints": points}


def _frames(*hands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"frame": index, "hands": found} for index, found in enumerate(hands)]


TRUTH = [[_hand(100, track=1), _hand(300, track=2, side="right")]] * 3


def test_ids_that_stay_with_their_hands_are_no_switches_whatever_their_numbers() -> None:
    found = [_hand(102, track=7), _hand(298, track=3, side="right")]
    counts = compare(TRUTH, _frames(found, found[::-1], found))
    assert (counts.hands, counts.missed, counts.false, counts.switches, counts.wrong_sides) == (6, 0, 0, 0, 0)


def test_ids_that_are_exchanged_are_two_switches() -> None:
    before = [_hand(100, track=1), _hand(300, track=2, side="right")]
    after = [_hand(100, track=2), _hand(300, track=1, side="right")]
    assert compare(TRUTH, _frames(before, after, after)).switches == 2


def test_a_hand_that_returns_under_another_id_is_a_switch() -> None:
    there, gone, back = ([_hand(100, track=1)], list[Any](), [_hand(100, track=2)])
    counts = compare([[_hand(100, track=1)]] * 3, _frames(there, gone, back))
    assert (counts.missed, counts.switches) == (1, 1)


def test_wrong_sides_and_false_hands_are_counted() -> None:
    found = [_hand(100, track=1, side="right"), _hand(300, track=2, side="right"), _hand(500, track=3)]
    counts = compare(TRUTH, _frames(found))
    assert (counts.wrong_sides, counts.false) == (1, 1)


def test_a_hidden_hand_need_not_be_found() -> None:
    counts = compare([[_hand(100, track=1, score=0.3)]], _frames([]))
    assert (counts.hands, counts.missed) == (0, 0)


def test_overlapping_hands_are_told_apart_by_their_joints() -> None:
    truth = [[_hand(100, track=1), _hand(130, track=2, side="right")]] * 2
    found = [_hand(131, track=2, side="right"), _hand(101, track=1)]
    counts = compare(truth, _frames(found, found))
    assert (counts.missed, counts.switches, counts.wrong_sides) == (0, 0, 0)


def test_a_tracker_without_ids_is_judged_by_its_sides() -> None:
    found = [[_hand(100, track=0, side=side)] for side in ("left", "right", "left")]
    assert compare([[_hand(100, track=1)]] * 3, _frames(*found), identity="side").switches == 2


def test_a_folder_without_films_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match="no film with a landmark file"):
        print_identities(tmp_path)


def test_hands_that_meet_in_a_rendered_film_keep_their_ids_and_sides(shared: Path, tmp_path: Path) -> None:
    film, config = tmp_path / "film.mp4", SceneConfig(shared / "data" / "skins", sizes_px=SIZES_PX)
    write_film(film, 5, 1, config, frames=60)
    truth = [frame["hands"] for frame in read_landmarks(film.with_suffix(".jsonl"))[1]]
    counts = compare(truth, run_program(film, "--detector", "included", max_hands=2))
    assert counts.hands > 100
    assert counts.missed < 0.15 * counts.hands
    assert counts.switches <= 4
    assert counts.wrong_sides < 0.05 * counts.hands
