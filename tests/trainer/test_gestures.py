"""The confusion table of gestures."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from tests.trainer.synthetic_data import write_folder
from trainer.__main__ import main
from trainer.benchmark.gestures import NONE, as_table, count, labelled_joints, read_labelled


@pytest.mark.parametrize("split", ["val", "test"])
def test_gestures_of_labelled_joints_are_classified_correctly(shared: Path, split: str) -> None:
    labelled = read_labelled(shared / "data" / "hands", split)
    counts = count((label for _, label in labelled), labelled_joints([sample for sample, _ in labelled]))
    named = {pair: number for pair, number in counts.items() if pair[1] != NONE}
    right = sum(number for (label, name), number in named.items() if label == name)
    assert len({label for label, _ in counts}) > 8
    assert right / sum(named.values()) >= 0.95


def test_the_table_has_precision_and_recall() -> None:
    counts = Counter({("fist", "fist"): 8, ("fist", NONE): 2, ("ok", "fist"): 2, (NONE, NONE): 5})
    head, *rows = as_table(counts).splitlines()
    assert head.split() == ["is", "\\", "named", "fist", "ok", NONE, "recall"]
    assert any(row.split()[:1] == ["fist"] and "80.0 %" in row for row in rows)
    assert rows[-2].split()[:3] == ["precision", "80.0", "%"]
    assert "of 17 hands 10 were named, 80.0 % of them correctly" in rows[-1]


def test_the_command_prints_the_table(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gestures", "--data", str(shared / "data" / "hands"), "--split", "val"]) == 0
    assert "precision" in capsys.readouterr().out


def test_data_without_gestures_is_a_one_sentence_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "hands", splits=["test"] * 4)
    with (tmp_path / "hands" / "index.csv").open(newline="") as file:
        assert "gesture" not in csv.DictReader(file).fieldnames  # type: ignore[operator]
    assert main(["gestures", "--data", str(tmp_path / "hands")]) == 1
    assert "no hands of known gesture" in capsys.readouterr().err


def test_a_hand_has_the_gesture_of_its_row_even_if_the_table_omits_hands(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=3, copies=2)
    (tmp_path / "index.csv").write_text("index,split,gesture\n0,test,fist\n2,test,palm\n")
    labelled = [(int(sample.path.stem), gesture) for sample, gesture in read_labelled(tmp_path, "test")]
    assert labelled == [(0, "fist"), (2, "open_palm"), (3, "fist"), (5, "open_palm")]
