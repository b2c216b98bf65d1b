"""The inputs of batch runs: which files they are, and when they are processed again."""

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from tests.media.videos import GREEN
from tests.runtime.batch_runs import copy_images, make_video, results, run
from tests.ui.fakes import frame_count


def test_a_result_that_the_user_names_is_not_an_input(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4")
    run([path], tmp_path)
    result, link = tmp_path / "a.mp4.hands.mp4", tmp_path / "link.mp4"
    link.symlink_to(result)
    again = run([path, result, link], tmp_path)
    assert str(again.summary).splitlines() == [
        "0 done, 1 skipped as done before, 0 failed",
        f"  ignored, as a result of a batch itself: {result}, {link}",
    ]


def test_two_paths_of_one_file_are_one_input(tmp_path: Path) -> None:
    make_video(tmp_path / "x" / "a.mp4")
    assert run([tmp_path / "x" / "a.mp4", tmp_path / "x" / ".." / "x"], tmp_path / "o").counts == (1, 0, 0)


def test_videos_of_one_name_in_two_folders_are_both_processed_by_two_runs(tmp_path: Path) -> None:
    out = tmp_path / "o"
    one, two = make_video(tmp_path / "mon" / "a.mp4"), make_video(tmp_path / "tue" / "a.mp4", 6, GREEN)
    assert [run([each], out).counts for each in (one, two, one, two)] == [(1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 0)]
    assert {frame_count(path) for path in out.glob("*.mp4")} == {4, 6}


def test_a_touched_or_moved_input_is_skipped_and_a_copy_is_a_new_input(tmp_path: Path) -> None:
    path, out = make_video(tmp_path / "in" / "a.mp4"), tmp_path / "out"
    run([path], out)
    os.utime(path, (0, 0))
    assert run([path], out).counts == (0, 1, 0)
    shutil.copy(path, tmp_path / "in" / "copy.mp4")
    assert run([path.parent], out).counts == (1, 1, 0)
    moved = path.rename(tmp_path / "moved.mp4")
    assert run([moved], out).counts == (0, 1, 0)


def test_a_folder_of_images_with_one_more_is_processed_again(tmp_path: Path, shared: Path) -> None:
    folder, out = copy_images(tmp_path / "hands", shared), tmp_path / "out"
    assert run([folder], out).counts == (1, 0, 0)
    assert run([folder], out).counts == (0, 1, 0)
    shutil.copy(folder / "00000001.jpg", folder / "00000002.jpg")
    assert run([folder], out).counts == (1, 0, 0)
    assert frame_count(out / "hands.hands.mp4") == 3


def test_results_inside_the_folder_are_not_inputs(tmp_path: Path) -> None:
    make_video(tmp_path / "a.mp4")
    for out in ("out", "out", "another", "."):
        run([tmp_path], tmp_path / out)
    done = run([tmp_path], tmp_path)
    assert (done.counts, done.summary.ignored) == ((0, 1, 0), {})


def test_a_result_without_its_landmark_file_is_not_an_input(tmp_path: Path) -> None:
    make_video(tmp_path / "a.mp4")
    run([tmp_path], tmp_path)
    (tmp_path / "a.mp4.hands.jsonl").unlink()
    video = (tmp_path / "a.mp4.hands.mp4").rename(tmp_path / "b.mp4")
    assert run([tmp_path], tmp_path).counts == (1, 0, 0)
    assert video.exists()


def test_a_relative_and_an_absolute_path_are_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_video(tmp_path / "e" / "base.mp4")
    runs = [run([folder], Path("e/out")) for folder in (tmp_path / "e", tmp_path / "e", Path("e"))]
    assert [each.counts for each in runs] == [(1, 0, 0), (0, 1, 0), (0, 1, 0)]


def test_every_kind_of_video_is_processed_and_other_visible_files_are_listed(tmp_path: Path, shared: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(shared / "cases" / "mixed", folder)
    make_video(folder / "._a.mp4")
    make_video(folder / ".hidden" / "a.mp4")
    (folder / "notes.txt").write_text("notes")
    (folder / "main.ts").write_text("let hands = 2;")
    copy_images(folder / "sub", shared)
    done = run([folder], tmp_path / "out")
    assert done.counts == (6, 0, 0)
    assert results(tmp_path / "out").keys() >= {"a.mp4", "b.flv", "b.ts", "d.ogv", "sub"}
    ignored = f"  ignored, as neither a video nor an image: {folder / 'main.ts'}, {folder / 'notes.txt'}"
    assert str(done.summary).splitlines()[1:] == [ignored]


def test_videos_and_images_in_one_folder_are_both_processed(tmp_path: Path, shared: Path) -> None:
    make_video(copy_images(tmp_path / "both", shared) / "a.mp4")
    assert run([tmp_path / "both"], tmp_path / "out").counts == (2, 0, 0)
    assert results(tmp_path / "out") == {"a.mp4": "a.mp4", "both": "both"}


@pytest.mark.parametrize("name", ["demo", "3"])
def test_a_folder_named_like_another_source_is_opened_as_a_folder(
    tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    copy_images(Path(name), shared, 3)
    assert run([Path(name)], Path("out")).counts == (1, 0, 0)
    assert frame_count(Path("out") / f"{name}.hands.mp4") == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither pipes nor sockets among its files")
def test_pipes_sockets_and_broken_or_circular_links_do_not_stop_a_batch(tmp_path: Path) -> None:
    folder = make_video(tmp_path / "in" / "a.mp4").parent
    os.mkfifo(folder / "pipe")
    os.mkfifo(folder / "pipe.mp4")
    os.mkfifo(folder / "a.jsonl")
    (folder / "missing.mp4").symlink_to("absent")
    (folder / "circle").symlink_to("circle")
    (folder / "again").symlink_to(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket"))
        done = run([folder, folder / "pipe"], tmp_path / "out")
    assert done.counts == (1, 0, 3)
    assert set(done.summary.failed) == {str(folder / name) for name in ("missing.mp4", "pipe", "pipe.mp4")}
    assert {path.name for path in done.summary.ignored["neither a video nor an image"]} == {
        "a.jsonl",
        "circle",
        "pipe",
        "socket",
    }


def test_a_missing_or_empty_input_is_a_one_sentence_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    names = ("empty", "missing.mp4")
    done = run([*(tmp_path / name for name in names), make_video(tmp_path / "a.mp4")], tmp_path / "out")
    assert done.counts == (1, 0, 2)
    for name in names:
        assert name in done.summary.failed[str(tmp_path / name)]
