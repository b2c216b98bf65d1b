"""Batch runs over many files."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import av
import pytest
from filelock import FileLock

from handpose_live.app import main
from handpose_live.gestures.rules import Rule
from handpose_live.media.opening import open_source
from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.media.source import Source
from handpose_live.runtime.batch.inputs import find_inputs
from handpose_live.runtime.batch.run import LOCK, UNFINISHED, BatchSummary, lock_output_folder, run_batch
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.tracking.config import TrackerConfig
from handpose_live.types.errors import HandPoseError
from tests.long_video import write_long_video
from tests.media.videos import GREEN, RED, plain, write_video
from tests.ui.fakes import frame_count, session_factory

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 60
DEFAULT = TrackerConfig()


def make_video(path: Path, frames: int = 4, colour: tuple[int, int, int] = RED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_video(path, [plain(colour)] * frames)


def copy_images(folder: Path, shared: Path, count: int = 2) -> Path:
    folder.mkdir(parents=True)
    for index in range(count):
        shutil.copy(shared / "data" / "hands" / "training" / "rgb" / f"{index:08d}.jpg", folder)
    return folder


@dataclass
class Run:
    """The result of a batch run."""

    summary: BatchSummary
    progress: list[tuple[str, float]]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Numbers of inputs that were processed, skipped and failed."""
        return self.summary.done, self.summary.skipped, len(self.summary.failed)


def run(
    specs: list[Path],
    out: Path,
    *,
    tracking: TrackerConfig = DEFAULT,
    weights: str = "w",
    factory: SessionFactory | None = None,
) -> Run:
    summary, progress = BatchSummary(), list[tuple[str, float]]()
    factory = factory or session_factory()
    with lock_output_folder(out, on_wait=pytest.fail):
        found = find_inputs([str(spec) for spec in specs], out, factory.open_source)
        run_batch(
            found,
            out,
            factory,
            tracking,
            weights=weights,
            summary=summary,
            progress=lambda name, share: progress.append((name, share)),
        )
    return Run(summary, progress)


def results(out: Path) -> dict[str, str]:
    """Map the name of each result, without its suffix, to the name of its input; check that both files agree."""
    found = {}
    for path in sorted(out.rglob("*.hands.jsonl")):
        header, frames = read_landmarks(path)
        assert frame_count(path.with_suffix(".mp4")) == len(frames)
        assert (path.parent / header["made_from"]["path"]).name == header["source"]
        found[str(path.relative_to(out)).removesuffix(".hands.jsonl")] = header["source"]
    assert sorted(out.rglob("*.hands.mp4")) == [out / f"{name}.hands.mp4" for name in sorted(found)]
    return found


def test_every_video_becomes_an_annotated_video_and_a_landmark_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run([make_video(tmp_path / "a.mp4"), make_video(tmp_path / "day" / "one" / "b.mov").parent.parent], out)
    assert str(done.summary) == "2 done, 0 skipped as done before, 0 failed"
    assert results(out) == {"a.mp4": "a.mp4", "one/b.mov": "b.mov"}
    assert frame_count(out / "one" / "b.mov.hands.mp4") == 4
    assert sum(share for _, share in done.progress) == pytest.approx(2)


def test_current_results_are_skipped_and_one_without_its_video_is_created_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    inputs = [make_video(tmp_path / "a.mp4"), make_video(tmp_path / "b.mp4")]
    run(inputs, out)
    before = (out / "a.mp4.hands.mp4").stat().st_mtime_ns
    (out / "b.mp4.hands.mp4").unlink()
    again = run(inputs, out)
    assert str(again.summary) == "1 done, 1 skipped as done before, 0 failed"
    assert (out / "a.mp4.hands.mp4").stat().st_mtime_ns == before
    assert results(out) == {"a.mp4": "a.mp4", "b.mp4": "b.mp4"}
    assert sum(share for _, share in again.progress) == pytest.approx(2)


@pytest.mark.parametrize("spelling", ["a.mp4", "./x/../a.mp4", "link.mp4", "hard.mp4"])
def test_no_input_is_overwritten_under_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelling: str) -> None:
    monkeypatch.chdir(tmp_path)
    content = make_video(Path("a.mp4")).read_bytes()
    Path("x").mkdir()
    Path("link.mp4").symlink_to("a.mp4")
    Path("hard.mp4").hardlink_to("a.mp4")
    assert [run([Path(spelling)], Path()).counts for _ in range(2)] == [(1, 0, 0), (0, 1, 0)]
    assert all(Path(name).read_bytes() == content for name in ("a.mp4", "link.mp4", "hard.mp4"))


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


def test_other_files_with_the_name_of_a_result_are_not_overwritten(tmp_path: Path) -> None:
    video, joints = tmp_path / "a.mp4.hands.mp4", tmp_path / "a.mp4 (2).hands.jsonl"
    video.write_text("the user's own")
    joints.write_text("from an older version")
    make_video(tmp_path / "a.mp4")
    assert run([tmp_path / "a.mp4"], tmp_path).counts == (1, 0, 0)
    assert (video.read_text(), joints.read_text()) == ("the user's own", "from an older version")
    assert frame_count(tmp_path / "a.mp4 (3).hands.mp4") == 4


def test_two_paths_of_one_file_are_one_input(tmp_path: Path) -> None:
    make_video(tmp_path / "x" / "a.mp4")
    assert run([tmp_path / "x" / "a.mp4", tmp_path / "x" / ".." / "x"], tmp_path / "o").counts == (1, 0, 0)


def test_videos_of_one_name_in_two_folders_are_both_processed_by_two_runs(tmp_path: Path) -> None:
    out = tmp_path / "o"
    one, two = make_video(tmp_path / "mon" / "a.mp4"), make_video(tmp_path / "tue" / "a.mp4", 6, GREEN)
    assert [run([each], out).counts for each in (one, two, one, two)] == [(1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 0)]
    assert {frame_count(path) for path in out.glob("*.mp4")} == {4, 6}


def test_results_stay_with_their_inputs_when_others_are_added(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    make_video(folder / "a.mov", 3)
    make_video(folder / "a.mp4", 5)
    assert run([folder], out).counts == (2, 0, 0)
    make_video(folder / "a.avi", 7)
    assert run([folder], out).counts == (1, 2, 0)
    assert results(out) == {"a.avi": "a.avi", "a.mov": "a.mov", "a.mp4": "a.mp4"}
    assert frame_count(out / "a.avi.hands.mp4") == 7


def test_outdated_results_are_replaced(tmp_path: Path) -> None:
    path, out = make_video(tmp_path / "a.mp4"), tmp_path / "out"
    run([path], out)
    assert run([path], out, tracking=TrackerConfig(max_hands=1)).counts == (1, 0, 0)
    assert run([path], out, tracking=TrackerConfig(smoothing=0.0)).counts == (1, 0, 0)
    assert run([path], out, tracking=TrackerConfig(smoothing=0.0), weights="others").counts == (1, 0, 0)
    make_video(path, 6)
    assert run([path], out, tracking=TrackerConfig(smoothing=0.0), weights="others").counts == (1, 0, 0)
    assert frame_count(out / "a.mp4.hands.mp4") == 6
    assert len(list(out.iterdir())) == 3  # with the lock


def test_the_options_of_a_result_are_stored_as_in_version_0_1_0(tmp_path: Path) -> None:
    factory = replace(session_factory(), rules=[Rule("fist", (("index_bend", (10.0, 90.0)),))])
    run([make_video(tmp_path / "a.mp4")], tmp_path / "out", factory=factory)
    header, _ = read_landmarks(tmp_path / "out" / "a.mp4.hands.jsonl")
    rules = "[Rule(name='fist', conditions=(('index_bend', (10.0, 90.0)),))]"
    assert header["made_from"]["options"] == {
        "max_hands": 2,
        "smoothing": 0.5,
        "min_score": 0.0,
        "weights": "w",
        "gestures": sha256(rules.encode()).hexdigest(),
    }


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


def test_a_corrupt_video_is_listed_and_the_others_are_done(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    done = run([make_video(tmp_path / "a.mp4"), broken, make_video(tmp_path / "c.mp4")], tmp_path / "out")
    first, second = str(done.summary).splitlines()
    assert first == "2 done, 0 skipped as done before, 1 failed"
    assert second.startswith(f"  {broken}: broken.mp4 cannot be read as a video")
    assert results(tmp_path / "out") == {"a.mp4": "a.mp4", "c.mp4": "c.mp4"}
    assert sum(share for _, share in done.progress) == pytest.approx(3)


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), UnicodeError("no text"), av.error.BugError(1, "")])
def test_any_exception_fails_only_its_own_file_with_a_one_sentence_error(tmp_path: Path, error: Exception) -> None:
    def open_or_fail(spec: str) -> Source:
        if "bad" in spec:
            raise error
        return open_source(spec)

    done = run(
        [make_video(tmp_path / "bad.mp4"), make_video(tmp_path / "good.mp4")],
        tmp_path / "out",
        factory=session_factory(open_or_fail),
    )
    assert done.counts == (1, 0, 1)
    assert "Unexpected error" in done.summary.failed[str(tmp_path / "bad.mp4")]


def test_a_disk_error_is_reported_as_such(tmp_path: Path) -> None:
    def open_or_fail(_spec: str) -> Source:
        raise OSError(5, "Input/output error")

    make_video(tmp_path / "a.mp4")
    done = run([tmp_path / "a.mp4"], tmp_path / "out", factory=session_factory(open_or_fail))
    assert "a.mp4 cannot be worked through (Input/output error)" in str(done.summary)


def test_ctrl_c_ends_the_whole_batch_and_the_summary_counts_the_finished_files(tmp_path: Path) -> None:
    summary = BatchSummary()

    def open_or_fail(spec: str) -> Source:
        if "second" in spec:
            raise KeyboardInterrupt
        return open_source(spec)

    found = find_inputs(
        [str(make_video(tmp_path / f"{name}.mp4")) for name in ("first", "second")], tmp_path, open_or_fail
    )
    with pytest.raises(KeyboardInterrupt), lock_output_folder(tmp_path / "out", on_wait=pytest.fail):
        run_batch(
            found,
            tmp_path / "out",
            session_factory(open_or_fail),
            TrackerConfig(),
            weights="w",
            summary=summary,
            progress=lambda _name, _share: None,
        )
    assert (summary.done, summary.failed) == (1, {})
    assert results(tmp_path / "out") == {"first.mp4": "first.mp4"}


def test_a_truncated_video_counts_as_incomplete_with_its_warning(tmp_path: Path) -> None:
    sentence = "a.mp4 ends after 4 of 9 frames: copy it again."

    def open_or_fail(spec: str) -> Source:
        source = open_source(spec)
        source.warnings.append(sentence)
        return source

    path = make_video(tmp_path / "a.mp4")
    first, second = str(run([path], tmp_path / "out", factory=session_factory(open_or_fail)).summary).splitlines()
    assert first == "1 done (1 of them incomplete), 0 skipped as done before, 0 failed"
    assert second == f"  {path}: {sentence}"


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


def test_a_name_of_255_bytes_is_shortened_for_the_result(tmp_path: Path) -> None:
    path = make_video(tmp_path / f"{'手' * 83}.mp4")
    assert [run([path], tmp_path / "out").counts for _ in range(2)] == [(1, 0, 0), (0, 1, 0)]


def test_a_folder_that_cannot_be_created_is_a_one_sentence_error(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4")
    with pytest.raises(HandPoseError, match=r"Cannot write .*a\.mp4"):
        run([path], path)


def test_a_second_batch_says_that_it_waits_for_the_first(tmp_path: Path) -> None:
    sentences: list[str] = []
    first = FileLock(tmp_path / LOCK)
    first.acquire()

    def on_wait(sentence: str) -> None:
        sentences.append(sentence)
        first.release()

    with lock_output_folder(tmp_path, on_wait=on_wait):
        assert [str(tmp_path) in sentence for sentence in sentences] == [True]


def test_two_batches_at_once_leave_complete_results(tmp_path: Path) -> None:
    for index in range(3):
        make_video(tmp_path / "in" / f"{index}.mp4")
    out = tmp_path / "out"
    both = [program(tmp_path / "in", out) for _ in range(2)]
    sentences = [process.communicate(timeout=TIMEOUT_S) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(text.splitlines()[0][:17] for text, _ in sentences) == ["0 done, 3 skipped", "3 done, 0 skipped"]
    assert not any("Traceback" in errors for _, errors in sentences)
    assert len(results(out)) == 3


def test_the_next_batch_cleans_up_after_a_killed_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = program(write_long_video(tmp_path / "a.mp4", [plain(RED)], 20_000), out)
    wait_for(lambda: any(path.stat().st_size for path in out.glob(f"{UNFINISHED}*/*.jsonl")))
    first.kill()
    first.communicate(timeout=TIMEOUT_S)
    make_video(tmp_path / "a.mp4")
    assert list(out.glob(f"{UNFINISHED}*"))
    assert run([tmp_path / "a.mp4"], out).counts == (1, 0, 0)
    assert sorted(path.name for path in out.iterdir()) == [LOCK, "a.mp4.hands.jsonl", "a.mp4.hands.mp4"]


def program(source: Path, out: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, str(ROOT / "main.py"), str(source), "--headless", "--out", str(out)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(TIMEOUT_S * 20):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("the condition was not met in time")


def test_the_command_line_runs_a_batch_and_returns_its_exit_code(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    clip = str(shared / "data" / "clips" / "scale_1.mp4")
    arguments = [clip, str(broken), "--headless", "--out", str(tmp_path / "out")]
    assert main(arguments) == 1
    assert "1 done, 0 skipped as done before, 1 failed" in capsys.readouterr().out
    assert main([clip, *arguments[2:]]) == 0
    assert "0 done, 1 skipped" in capsys.readouterr().out
    assert main([clip, *arguments[2:], "--max-hands", "1"]) == 0
    assert "1 done, 0 skipped" in capsys.readouterr().out
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    "arguments",
    [["--out", "x", "--headless"], ["a", "--out", "x"], ["a", "b", "--headless"], ["a", "--headless", "--out", "x"]],
)
def test_incompatible_options_are_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    extra = ["--record", "y.mp4"] if arguments[0] == "a" and arguments[1] == "--headless" else []
    with pytest.raises(SystemExit) as end:
        main([*arguments, *extra])
    assert end.value.code == 2
    assert "--out DIR" in capsys.readouterr().err
