"""Many files in one go."""

import shutil
from pathlib import Path

import pytest

from handpose_live.app import main
from handpose_live.batch import Job, find_jobs, run_jobs
from handpose_live.errors import HandPoseError
from handpose_live.output.landmarks import read_landmarks
from handpose_live.session import Tracking
from tests.capture.films import RED, plain, write_film
from tests.ui.stand_ins import frame_count, tools


def film(path: Path, frames: int = 4) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_film(path, [plain(RED)] * frames)


def run(specs: list[Path], out: Path) -> tuple[str, list[tuple[str, float]]]:
    told: list[tuple[str, float]] = []
    jobs = find_jobs([str(spec) for spec in specs], out)
    outcome = run_jobs(jobs, tools(), Tracking(), progress=lambda name, share: told.append((name, share)))
    return str(outcome), told


def test_every_film_becomes_an_annotated_film_and_its_joints(tmp_path: Path) -> None:
    out = tmp_path / "out"
    text, told = run([film(tmp_path / "a.mp4"), film(tmp_path / "day" / "one" / "b.mov").parent.parent], out)
    assert text == "2 done, 0 skipped as done before, 0 failed"
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.*")) == [
        "a.jsonl",
        "a.mp4",
        "one/b.jsonl",
        "one/b.mp4",
    ]
    assert frame_count(out / "one" / "b.mp4") == len(read_landmarks(out / "one" / "b.jsonl")[1]) == 4
    assert sum(share for _, share in told) == pytest.approx(2)


def test_what_is_done_is_skipped_and_what_was_interrupted_is_not(tmp_path: Path) -> None:
    out = tmp_path / "out"
    inputs = [film(tmp_path / "a.mp4"), film(tmp_path / "b.mp4")]
    run(inputs, out)
    before = (out / "a.mp4").stat().st_mtime_ns
    (out / "b.mp4").rename(out / "b.part.mp4")
    text, told = run(inputs, out)
    assert text == "1 done, 1 skipped as done before, 0 failed"
    assert (out / "a.mp4").stat().st_mtime_ns == before
    assert frame_count(out / "b.mp4") == 4
    assert sum(share for _, share in told) == pytest.approx(2)


def test_a_broken_film_is_listed_and_the_others_are_done(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    text, told = run([film(tmp_path / "a.mp4"), broken, film(tmp_path / "c.mp4")], tmp_path / "out")
    first, second = text.splitlines()
    assert first == "2 done, 0 skipped as done before, 1 failed"
    assert second.startswith(f"  {broken}: broken.mp4 cannot be read as a video")
    assert not (tmp_path / "out" / "broken.mp4").exists()
    assert sum(share for _, share in told) == pytest.approx(3)


def test_films_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    specs = [str(film(tmp_path / folder / "a.mp4")) for folder in ("one", "two")]
    assert find_jobs(specs, tmp_path) == [Job(specs[0], tmp_path / "a"), Job(specs[1], tmp_path / "a (2)")]


def test_results_inside_the_folder_are_no_inputs(tmp_path: Path) -> None:
    film(tmp_path / "a.mp4")
    run([tmp_path], tmp_path / "out")
    text, _ = run([tmp_path], tmp_path / "out")
    assert text == "0 done, 1 skipped as done before, 0 failed"


def test_a_folder_of_pictures_is_one_input(tmp_path: Path, shared: Path) -> None:
    folder = tmp_path / "hands"
    folder.mkdir()
    for index in range(2):
        shutil.copy(shared / "data" / "hands" / "training" / "rgb" / f"{index:08d}.jpg", folder)
    run([folder], tmp_path / "out")
    assert frame_count(tmp_path / "out" / "hands.mp4") == 2


def test_an_input_that_is_not_there_or_holds_nothing_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "nowhere.mp4"):
        with pytest.raises(HandPoseError, match=name):
            find_jobs([str(tmp_path / name)], tmp_path / "out")


def test_the_command_line_runs_a_batch_and_tells_by_its_code(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    clip = str(shared / "data" / "clips" / "scale_1.mp4")
    arguments = [clip, str(broken), "--headless", "--out", str(tmp_path / "out")]
    assert main(arguments) == 1
    assert "1 done, 0 skipped as done before, 1 failed" in capsys.readouterr().out
    assert main([clip, *arguments[2:]]) == 0
    assert "0 done, 1 skipped" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["--out", "x", "--headless"], ["a", "--out", "x"], ["a", "b", "--headless"], ["a", "--headless", "--out", "x"]],
)
def test_options_that_do_not_go_together_are_named(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    extra = ["--record", "y.mp4"] if arguments[0] == "a" and arguments[1] == "--headless" else []
    with pytest.raises(SystemExit) as end:
        main([*arguments, *extra])
    assert end.value.code == 2
    assert "--out DIR" in capsys.readouterr().err
