"""What the benchmark says, on a short clip with a hand."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from handpose_live.tracking.detector import MediaPipeDetector
from handpose_live.types.arrays import Image
from tests.media.videos import write_video
from trainer.benchmark import latency, networks, scaling, startup
from trainer.benchmark.compare import as_text, compare
from trainer.benchmark.contenders import STAGES
from trainer.benchmark.latency import measure_latency
from trainer.benchmark.samples import CPU, JOINTS, Samples
from trainer.benchmark.scaling import measure_scaling
from trainer.benchmark.speed import main

FRAMES = 12


@pytest.fixture(scope="module")
def images(shared: Path) -> list[Image]:
    with av.open(str(shared / "data" / "clips" / "scale_1.mp4")) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    return [np.asarray(frame, np.uint8) for frame in frames[:FRAMES]]


@pytest.fixture(scope="module")
def clip(images: list[Image], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("clips") / "short.mp4", images)


def test_figures_are_read_off_the_frames() -> None:
    samples = Samples("somebody")
    samples.ms["network"] = [float(ms) for ms in range(1, 101)]
    samples.hands = [1, 0, 2]
    assert samples.percentile("network", 50) == pytest.approx(50.5)
    assert samples.percentile("network", 95) == pytest.approx(95.05)
    told = samples.as_json()
    assert (told["frames"], told["frames_with_a_hand"], told["hands"]) == (3, 2, 3)
    samples.forget()
    assert np.isnan(samples.percentile("network", 50))


def test_all_contenders_get_every_frame_and_each_stage_is_measured(clip: Path) -> None:
    comparison = compare(clip, max_hands=1, rounds=2, device="cpu")
    article, media_pipe = comparison.others
    for samples in (comparison.ours, article, media_pipe):
        assert samples.hands == [1] * (2 * FRAMES - 5)
        assert len(samples.ms[JOINTS]) == len(samples.hands)
    for stage in ("capture", *STAGES, "overlay", "paint", "encode", CPU):
        assert len(comparison.ours.ms[stage]) == len(comparison.ours.hands), stage
    for stage in ("network", "overlay", "paint", "encode", CPU):
        assert comparison.ours.mean(stage) > 0, stage
    parts = sum(comparison.ours.mean(stage) for stage in STAGES)
    assert parts <= comparison.ours.mean(JOINTS)
    text = as_text(comparison)
    assert "ours / MediaPipe, max-hands 1" in text
    assert "19/19" in text
    assert "on CPU (ONNX Runtime)" in text


def test_every_frame_of_a_live_source_is_painted_or_counted_as_dropped(
    images: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latency, "WARM_UP_S", 0.0)
    estimator, detector = load_estimator(default_weights(), "cpu"), MediaPipeDetector(max_hands=2)
    run = measure_latency(images, fps=30, seconds=1, busy=False, estimator=estimator, detector=detector)
    assert run.painted + run.dropped == 30
    assert 0 < run.p50_ms <= run.p95_ms


def test_hands_and_frame_sizes_are_followed_as_they_grow(images: list[Image], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "TURNS", 3)
    monkeypatch.setattr(scaling, "WARM_UP", 1)
    detector = MediaPipeDetector(max_hands=1)
    (hand,) = detector.detect(images[0])
    detector.close()
    by_hands, by_size = measure_scaling(images[0], hand, load_estimator(default_weights(), "cpu"))
    assert [samples.hands for samples in by_hands] == [[count] * 2 for count in scaling.HANDS]
    assert [samples.hands for samples in by_size] == [[1] * 2] * len(scaling.SIZES)


def test_a_start_is_taken_apart(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "RUNS", 1)
    steps = startup.measure_startup(clip)
    assert "first skeleton" in steps
    assert min(steps.values()) > 0


def test_what_is_printed_is_also_written_for_programs(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(networks, "RUNS", 2)
    monkeypatch.setattr(networks, "WARM_UP", 0)
    assert main([str(clip), "--only", "network", "--json", str(tmp_path / "out.json")]) == 0
    told = json.loads((tmp_path / "out.json").read_text())
    names = [entry["name"] for entry in told["network"]]
    assert names[0] == "shipped, CPU (ONNX Runtime)"
    printed = capsys.readouterr().out
    assert all(name in printed for name in names)
    assert set(told["network"][0]["stages"]) == {"1 crop", "2 crops", "4 crops"}


def test_a_clip_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.mp4", "--only", "clips"]) == 1
    assert "nowhere.mp4" in capsys.readouterr().err
