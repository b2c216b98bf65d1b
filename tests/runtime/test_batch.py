"""Batch runs over many files."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
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
from handpose_live.tracking.config import TrackerConfig
from handpose_live.types.errors import HandPoseError
from tests.long_video import write_long_video
from tests.media.videos import RED, plain
from tests.runtime.batch_runs import make_video, results, run
from tests.ui.fakes import frame_count, session_factory

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 60


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


def test_other_files_with_the_name_of_a_result_are_not_overwritten(tmp_path: Path) -> None:
    video, joints = tmp_path / "a.mp4.hands.mp4", tmp_path / "a.mp4 (2).hands.jsonl"
    video.write_text("the user's own")
    joints.write_text("from an older version")
    make_video(tmp_path / "a.mp4")
    assert run([tmp_path / "a.mp4"], tmp_path).counts == (1, 0, 0)
    assert (video.read_text(), joints.read_text()) == ("the user's own", "from an older version")
    assert frame_count(tmp_path / "a.mp4 (3).hands.mp4") == 4


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
    assert run([path], out, weights="others", detector="another").counts == (1, 0, 0)
    make_video(path, 6)
    assert run([path], out, weights="others", detector="another").counts == (1, 0, 0)
    assert frame_count(out / "a.mp4.hands.mp4") == 6
    assert len(list(out.iterdir())) == 3  # with the lock


def test_the_options_of_a_result_are_stored_with_it(tmp_path: Path) -> None:
    factory = replace(session_factory(), rules=[Rule("fist", (("index_bend", (10.0, 90.0)),))])
    run([make_video(tmp_path / "a.mp4")], tmp_path / "out", factory=factory)
    header, _ = read_landmarks(tmp_path / "out" / "a.mp4.hands.jsonl")
    rules = "[Rule(name='fist', conditions=(('index_bend', (10.0, 90.0)),))]"
    assert header["made_from"]["options"] == {
        "max_hands": 2,
        "smoothing": 0.5,
        "min_score": 0.0,
        "thorough": False,
        "hand_length_mm": None,
        "weights": "w",
        "detector": "d",
        "gestures": sha256(rules.encode()).hexdigest(),
    }


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
            models={"weights": "w"},
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
