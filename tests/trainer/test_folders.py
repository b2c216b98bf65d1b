"""FreiHAND's layout, with and without a table of splits."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handpose_live.pose.weights import default_weights
from handpose_live.types.errors import HandPoseError
from tests.trainer.synthetic_data import SIDE, write_evaluation, write_folder
from trainer.__main__ import main
from trainer.data import folders
from trainer.data.folders import (
    DOWNLOAD_PAGE,
    Sample,
    describe_sets,
    read_all_hands,
    read_hands,
    read_negatives,
)
from trainer.data.labels import COVERED_WEIGHT, fill_unlabelled, labelled_crop
from trainer.data.splits import EVALUATION, SPLITS


def _numbers(samples: list[Sample]) -> list[int]:
    return [int(sample.path.stem) for sample in samples]


@pytest.fixture
def split_at_6_and_8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scale the article's split to a folder of 10 hands instead of 32,560."""
    monkeypatch.setattr(folders, "ARTICLE_SPLIT", (6, 8))


@pytest.mark.usefixtures("split_at_6_and_8")
def test_all_copies_of_a_hand_are_in_its_split(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=10, copies=4)
    labels = {split: [number % 10 for number in _numbers(read_hands(tmp_path, split))] for split in SPLITS}
    assert sorted(labels["train"]) == sorted([*range(6)] * 4)
    assert sorted(labels["val"]) == sorted([6, 7] * 4)
    assert sorted(labels["test"]) == sorted([8, 9] * 4)


@pytest.mark.usefixtures("split_at_6_and_8")
def test_copies_share_the_projected_label_of_their_hand(tmp_path: Path) -> None:
    joints_px = write_folder(tmp_path, labels=10, copies=3)
    for split in SPLITS:
        for sample in read_hands(tmp_path, split):
            assert sample.joints_px is not None
            label = int(sample.path.stem) % 10
            np.testing.assert_allclose(sample.joints_px, joints_px[label], atol=1e-3)


def test_without_a_table_freihand_is_split_as_in_the_article(tmp_path: Path) -> None:
    splits = folders._splits(tmp_path, 32_560)
    assert [splits.count(split) for split in SPLITS] == [26_000, 5_000, 1_560]
    assert splits == sorted(splits, key=SPLITS.index)


@pytest.mark.usefixtures("split_at_6_and_8")
def test_raw_images_are_the_first_of_each_label(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=10, copies=4)
    numbers = {split: _numbers(read_hands(tmp_path, split, raw=True)) for split in SPLITS}
    assert numbers == {"train": list(range(6)), "val": [6, 7], "test": [8, 9]}


def test_the_official_test_set_has_separate_files(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=4, copies=2)
    joints_px = write_evaluation(tmp_path, labels=3)
    samples = read_hands(tmp_path, EVALUATION)
    assert [sample.path.parent for sample in samples] == [tmp_path / "evaluation" / "rgb"] * 3
    for sample, joints in zip(samples, joints_px, strict=True):
        assert sample.joints_px is not None
        np.testing.assert_allclose(sample.joints_px, joints, atol=1e-3)
    assert len(read_hands(tmp_path, None)) == 8


@pytest.mark.parametrize("name", ["evaluation_xyz.json", "evaluation_K.json", "evaluation/rgb"])
def test_a_missing_file_of_the_official_test_set_is_named_with_its_archive(tmp_path: Path, name: str) -> None:
    write_evaluation(tmp_path, labels=1)
    (tmp_path / name).rename(tmp_path / "elsewhere")
    with pytest.raises(HandPoseError) as caught:
        read_hands(tmp_path, EVALUATION)
    assert f"{tmp_path / name} is missing" in str(caught.value)
    assert "FreiHAND_pub_v2_eval.zip" in str(caught.value)
    assert DOWNLOAD_PAGE in str(caught.value)


@pytest.mark.parametrize("missing", [3, 7])
def test_an_incompletely_unpacked_data_set_is_refused(tmp_path: Path, missing: int) -> None:
    write_folder(tmp_path, labels=4, copies=2)
    (tmp_path / "training" / "rgb" / f"{missing:08d}.jpg").unlink()
    with pytest.raises(HandPoseError, match="7 images where its 4 labels need 8, numbered from 0"):
        read_hands(tmp_path, "train")


@pytest.mark.parametrize("name", ["index.csv", "negatives.csv"])
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("index,set\n0,house\n", "has no column 'split'"),
        ("number,split\n0,train\n", "has no column 'index'"),
        ("", "has no column 'index'"),
        ("index;split\n0;train\n", "has no column 'index'"),
        ("index,split\n0,train\nfirst,train\n", "is damaged in line 3"),
        ("set,index,split\nhouse,0,train\nred, with a roof,1,train\n", "is damaged in line 3"),
        ("index,split\n0,train\n1\n", "is damaged in line 3"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(tmp_path: Path, name: str, text: str, error: str) -> None:
    write_folder(tmp_path)
    (tmp_path / name).write_text(text)
    read = read_hands if name == "index.csv" else read_negatives
    with pytest.raises(HandPoseError) as caught:
        read(tmp_path, "train")
    assert f"{tmp_path / name} {error}" in str(caught.value)


def test_a_table_defines_the_splits(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=5, splits=["test", "train", "val", "train", "elsewhere"])
    assert {split: _numbers(read_hands(tmp_path, split)) for split in SPLITS} == {
        "train": [1, 3],
        "val": [2],
        "test": [0],
    }


def test_no_person_of_the_shared_hands_is_in_two_splits(shared: Path) -> None:
    folder = shared / "data" / "hands"
    samples = {split: read_hands(folder, split) for split in SPLITS}
    assert [len(samples[split]) for split in SPLITS] == [13_094, 622, 724]
    with (folder / "index.csv").open(newline="") as file:
        groups = {int(row["index"]): row["group"] for row in csv.DictReader(file)}
    train, val, test = ({groups[number] for number in _numbers(samples[split])} for split in SPLITS)
    assert train.isdisjoint(val)
    assert (train | val).isdisjoint(test)


def test_negatives_have_splits(tmp_path: Path) -> None:
    write_folder(tmp_path, negatives={"train": 3, "val": 2})
    assert _numbers(read_negatives(tmp_path, "train")) == [0, 1, 2]
    assert _numbers(read_negatives(tmp_path, "val")) == [3, 4]
    assert all(sample.joints_px is None for sample in read_negatives(tmp_path, "train"))
    assert read_negatives(tmp_path, "train")[0].read().shape == (SIDE, SIDE, 3)


def test_negatives_are_optional(tmp_path: Path) -> None:
    write_folder(tmp_path)
    assert read_negatives(tmp_path, "train") == []


def test_images_are_rgb(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=1)
    (sample,) = read_hands(tmp_path, "train")
    assert sample.joints_px is not None
    image = sample.read().astype(int)
    little = np.rint(sample.joints_px[20]).astype(int)
    red, _, blue = image[little[1] - 1 : little[1] + 2, little[0] - 1 : little[0] + 2].mean(axis=(0, 1))
    assert red > blue + 50


def test_files_other_than_numbered_images_are_ignored(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=2)
    for name in ("._00000000.jpg", "cover.jpg", "00000000.txt"):
        (tmp_path / "training" / "rgb" / name).write_bytes(b"?")
    assert _numbers(read_hands(tmp_path, "train")) == [0, 1]


@pytest.mark.parametrize("name", ["training_xyz.json", "training_K.json", "training/rgb"])
def test_a_missing_file_is_named_with_its_download_page(tmp_path: Path, name: str) -> None:
    write_folder(tmp_path)
    missing = tmp_path / name
    if missing.is_dir():
        shutil.rmtree(missing)
    else:
        missing.unlink()
    with pytest.raises(HandPoseError) as caught:
        read_hands(tmp_path, "train")
    assert str(missing) in str(caught.value)
    assert DOWNLOAD_PAGE in str(caught.value)


def _truncate(path: Path) -> None:
    path.write_text(path.read_text()[:-200])


def _remove_one_joint(path: Path) -> None:
    hands = json.loads(path.read_text())
    hands[1].pop()
    path.write_text(json.dumps(hands))


@pytest.mark.parametrize("name", ["training_xyz.json", "training_K.json"])
@pytest.mark.parametrize(
    "damage",
    [
        _truncate,
        _remove_one_joint,
        lambda path: path.write_text("[]"),
        lambda path: path.write_text("{}"),
        lambda path: path.write_text("[[1, 2, 3]]"),
        lambda path: path.write_text("[" * 100_000),
    ],
)
def test_damaged_labels_are_named(tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    write_folder(tmp_path)
    damage(tmp_path / name)
    with pytest.raises(HandPoseError) as caught:
        read_hands(tmp_path, "train")
    assert f"{tmp_path / name} is damaged" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "damage",
    [
        ("training_xyz.json", [[0.1, 0.1, float("nan")]] * 21, "holds NaN or an infinite number"),
        ("training_xyz.json", [[0.1, float("-inf"), 0.5]] * 21, "holds NaN or an infinite number"),
        ("training_xyz.json", [[0.1, 0.1, 0.0]] * 21, "not in front of the camera"),
        ("training_xyz.json", [[0.1, 0.1, 1e-300]] * 21, "not in front of the camera"),
        ("training_xyz.json", [*[[0.1, 0.1, 0.5]] * 20, [0.1, 0.1, -0.5]], "not in front of the camera"),
        ("training_xyz.json", [[0.1, 0.1, 0.5]] * 21, "all its joints in one place"),
        ("training_xyz.json", [[0.1, 0.1, 0.5]] * 20, "is not 21 times 3 numbers"),
        ("training_xyz.json", [[0.1, "0.2", 0.5]] * 21, "is not 21 times 3 numbers"),
        ("training_xyz.json", [[0.1, None, 0.5]] * 21, "is not 21 times 3 numbers"),
        ("training_xyz.json", None, "is not 21 times 3 numbers"),
        ("training_K.json", [[float("nan")] * 3] * 3, "holds NaN or an infinite number"),
        ("training_K.json", [[500, 0, 48], [0, 0, 0], [0, 0, 1]], "is singular"),
        ("training_K.json", [[500, 0, 48], [0, 500, 48]], "is not 3 times 3 numbers"),
    ],
)
@pytest.mark.parametrize("command", ["fit", "evaluate", "preview"])
def test_an_invalid_label_is_named_by_its_file_and_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, damage: tuple[str, object, str]
) -> None:
    name, value, error = damage
    write_folder(tmp_path, labels=6)
    file = tmp_path / name
    labels = json.loads(file.read_text())
    labels[4] = value
    file.write_text(json.dumps(labels))
    rest = ["--weights", str(default_weights())] if command == "evaluate" else ["--out", str(tmp_path / "out")]
    assert main([command, "--data", str(tmp_path), *rest]) == 1
    message = capsys.readouterr().err
    assert message.startswith(f"{file} is damaged: label 4 ")
    assert error in message
    assert message.count("\n") == 1


def test_labels_with_all_coordinates_negated_are_equivalent(tmp_path: Path) -> None:
    joints_px = write_folder(tmp_path, labels=2)
    file = tmp_path / "training_xyz.json"
    file.write_text(json.dumps((-np.array(json.loads(file.read_text()))).tolist()))
    for sample, joints in zip(read_hands(tmp_path, None), joints_px, strict=True):
        assert sample.joints_px is not None
        np.testing.assert_allclose(sample.joints_px, joints, atol=1e-3)


def test_tables_saved_by_a_spreadsheet_are_readable(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=3)
    table = tmp_path / "index.csv"
    text = 'index,split,set\r\n0,train,"Łódź, on\r\na bench"\r\n\r\n1,val,house\r\n2,train,house\r\n'
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        table.write_bytes(text.encode(encoding))
        assert _numbers(read_hands(tmp_path, "train")) == [0, 2]
    assert describe_sets([(tmp_path, "train")])[-1].startswith("Łódź, on\r\na bench: 1 hands")


@pytest.mark.parametrize("name", ["index.csv", "negatives.csv", "training_xyz.json", "training_K.json"])
def test_a_file_in_another_encoding_is_named_with_the_required_one(tmp_path: Path, name: str) -> None:
    write_folder(tmp_path)
    (tmp_path / name).write_bytes("index,split,set\n0,train,königlich\n".encode("latin-1"))
    read = read_negatives if name == "negatives.csv" else read_hands
    with pytest.raises(HandPoseError, match=rf"{name} is not in UTF-8 \(see line 2\)"):
        read(tmp_path, "train")


def test_a_table_with_unlabelled_or_repeated_hands_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=3, splits=["train"] * 3)
    (tmp_path / "index.csv").write_text("index,split\n0,train\n3,test\n")
    with pytest.raises(HandPoseError, match=r"index\.csv names hand 3, but there are labels for 0 to 2 only"):
        read_hands(tmp_path, "train")
    (tmp_path / "index.csv").write_text("index,split\n0,train\n0,test\n")
    with pytest.raises(HandPoseError, match=r"index\.csv has 2 rows with the index 0"):
        read_hands(tmp_path, "train")


def test_different_numbers_of_labels_and_cameras_are_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=4)
    cameras = tmp_path / "training_K.json"
    cameras.write_text(json.dumps(json.loads(cameras.read_text())[:3]))
    with pytest.raises(HandPoseError, match=r"labels 4 hands but training_K\.json has 3 entries"):
        read_hands(tmp_path, "train")


def test_an_unreadable_image_is_named(tmp_path: Path) -> None:
    write_folder(tmp_path)
    samples = read_hands(tmp_path, "train")
    samples[2].path.write_bytes(b"not an image")
    with pytest.raises(HandPoseError, match=samples[2].path.name):
        samples[2].read()


def test_several_folders_are_combined(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", splits=["train", "val", "val", "test"])
    write_folder(tmp_path / "b", splits=["train"] * 4)
    both = [tmp_path / "a", tmp_path / "b"]
    assert len(read_all_hands(both, "train")) == 5
    assert len(read_all_hands(both, "test")) == 1


def test_a_split_without_hands_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, splits=["train"] * 4)
    with pytest.raises(HandPoseError, match=r"no hands of the split 'val' in .*\.$"):
        read_all_hands([tmp_path], "val")


def _edit(file: Path, change: Callable[[list[Any]], None]) -> None:
    labels = json.loads(file.read_text())
    change(labels)
    file.write_text(json.dumps(labels))


def test_a_joint_that_is_null_is_not_labelled(tmp_path: Path) -> None:
    joints_px = write_folder(tmp_path, labels=2)
    _edit(tmp_path / "training_xyz.json", lambda hands: hands[1].__setitem__(slice(3, 21), [None] * 18))
    complete, partial = (sample.labels for sample in read_hands(tmp_path, None))
    assert complete is not None
    assert partial is not None
    assert (complete.weights == 1).all()
    assert partial.weights.tolist() == [1] * 3 + [0] * 18
    assert np.isnan(partial.joints_px[3:]).all()
    np.testing.assert_allclose(partial.joints_px[:3], joints_px[1, :3], atol=1e-3)


def test_a_hand_with_one_labelled_joint_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=2)
    _edit(tmp_path / "training_xyz.json", lambda hands: hands[1].__setitem__(slice(1, 21), [None] * 20))
    with pytest.raises(HandPoseError, match="label 1 has fewer than 2 joints"):
        read_hands(tmp_path, None)


def test_depths_are_relative_to_the_wrist_in_px_and_unknown_where_all_are_alike(tmp_path: Path) -> None:
    """A camera of 500 px sees joints 2 cm apart in depth; the wrist is half a metre away."""
    write_folder(tmp_path, labels=2)
    (tmp_path / "training_K.json").write_text(json.dumps([[[500, 0, 48], [0, 500, 48], [0, 0, 1]]] * 2))
    steps = [[0.01 * joint, 0.0, 0.5 + 0.02 * joint] for joint in range(21)]
    (tmp_path / "training_xyz.json").write_text(json.dumps([steps, [[x, y, 0.5] for x, y, _ in steps]]))
    deep, flat = (sample.labels for sample in read_hands(tmp_path, None))
    assert deep is not None
    assert flat is not None
    np.testing.assert_allclose(deep.depths_px, 20 * np.arange(21), rtol=1e-4)
    assert np.isnan(flat.depths_px).all()


def test_visibility_is_optional(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=2)
    assert all(sample.labels and np.isnan(sample.labels.visible).all() for sample in read_hands(tmp_path, None))
    (tmp_path / "training_visible.json").write_text(json.dumps([[1] * 21, [0] * 20 + [1]]))
    assert [sample.labels and sample.labels.visible.sum() for sample in read_hands(tmp_path, None)] == [21, 1]
    covered = read_hands(tmp_path, None)[1].labels
    assert covered is not None
    np.testing.assert_allclose(covered.weights, [COVERED_WEIGHT] * 20 + [1])
    (tmp_path / "training_visible.json").write_text(json.dumps([[1] * 21]))
    with pytest.raises(HandPoseError, match=r"training_visible\.json has 1 entries"):
        read_hands(tmp_path, None)


def test_joints_that_people_marked_outrank_labels_on_which_views_differ(tmp_path: Path) -> None:
    write_folder(tmp_path, labels=3)
    (tmp_path / "index.csv").write_text("index,split,label_spread\n0,train,\n1,train,0.02\n2,train,0.06\n")
    (tmp_path / "marked.csv").write_text("index,joint,u,v\n2,8,30.5,40\n")
    labels = [sample.labels for sample in read_hands(tmp_path, "train")]
    assert all(one is not None for one in labels)
    weights = np.stack([one.weights for one in labels if one])
    np.testing.assert_allclose(weights[:, 0], [1, 0.5, 0.1], rtol=1e-5)
    assert weights[2, 8] == 1
    assert labels[2] is not None
    assert labels[2].joints_px[8].tolist() == [30.5, 40]


@pytest.mark.parametrize("row", ["3,8,1,1", "0,21,1,1"])
def test_a_mark_of_no_joint_is_named(tmp_path: Path, row: str) -> None:
    write_folder(tmp_path, labels=3)
    (tmp_path / "marked.csv").write_text(f"index,joint,u,v\n{row}\n")
    with pytest.raises(HandPoseError, match=r"marked\.csv marks joint"):
        read_hands(tmp_path, "train")


def test_unlabelled_joints_lie_between_the_others_and_crops_are_around_labelled_ones() -> None:
    joints_px = np.full((21, 2), np.nan, np.float32)
    joints_px[4], joints_px[8] = (10, 20), (50, 40)
    assert fill_unlabelled(joints_px)[0].tolist() == [30, 30]
    crop = labelled_crop(joints_px, margin=2)
    assert (crop.centre_x, crop.centre_y, crop.size, crop.angle) == (30, 30, 80, 0)
