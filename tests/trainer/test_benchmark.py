"""The speed benchmark on a short clip with a hand."""

import argparse
import json
from pathlib import Path

import av
import numpy as np
import pytest

from handpose_live.detection.mediapipe_detector import MediaPipeDetector
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import default_weights
from handpose_live.types.arrays import Image
from handpose_live.types.errors import HandPoseError
from tests.media.videos import write_video
from trainer.benchmark.speed import latency, networks, scaling, startup
from trainer.benchmark.speed.command import add_arguments, run
from trainer.benchmark.speed.compare import as_text, compare
from trainer.benchmark.speed.latency import measure_latency
from trainer.benchmark.speed.samples import CPU, JOINTS, Samples
from trainer.benchmark.speed.scaling import measure_scaling
from trainer.benchmark.speed.systems import STAGES

FRAMES = 12


@pytest.fixture(scope="module")
def images(shared: Path) -> list[Image]:
    with av.open(str(shared / "data" / "clips" / "scale_1.mp4")) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    return [np.asarray(frame, np.uint8) for frame in frames[:FRAMES]]


@pytest.fixture(scope="module")
def clip(images: list[Image], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("clips") / "short.mp4", images)


def benchmark(*arguments: str) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    run(parser.parse_args(arguments))


def test_percentiles_and_counts_are_those_of_the_frames() -> None:
    samples = Samples("system")
    samples.ms["network"] = [float(ms) for ms in range(1, 101)]
    samples.hands = [1, 0, 2]
    assert samples.percentile("network", 50) == pytest.approx(50.5)
    assert samples.percentile("network", 95) == pytest.approx(95.05)
    figures = samples.as_json()
    assert (figures["frames"], figures["frames_with_a_hand"], figures["hands"]) == (3, 2, 3)
    samples.reset()
    assert np.isnan(samples.percentile("network", 50))


def test_all_systems_process_every_frame_and_each_stage_is_measured(clip: Path) -> None:
    comparison = compare(clip, max_hands=1, rounds=2, device="cpu")
    candidate, (article, media_pipe) = comparison.candidate, comparison.baselines
    for samples in (candidate, article, media_pipe):
        assert samples.hands == [1] * (2 * FRAMES - 5)
        assert len(samples.ms[JOINTS]) == len(samples.hands)
    for stage in ("capture", *STAGES, "overlay", "paint", "encode", CPU):
        assert len(candidate.ms[stage]) == len(candidate.hands), stage
    for stage in ("network", "overlay", "paint", "encode", CPU):
        assert candidate.mean(stage) > 0, stage
    parts = sum(candidate.mean(stage) for stage in STAGES)
    assert parts <= candidate.mean(JOINTS)
    text = as_text(comparison)
    assert "HandPose Live / MediaPipe, max-hands 1" in text
    assert "19/19" in text
    assert "on CPU (ONNX Runtime)" in text


def test_every_frame_of_a_live_source_is_painted_or_counted_as_dropped(
    images: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latency, "WARM_UP_S", 0.0)
    estimator, detector = load_estimator(default_weights(), "cpu"), MediaPipeDetector(max_hands=2)
    result = measure_latency(images, fps=30, seconds=1, busy=False, estimator=estimator, detector=detector)
    assert result.painted + result.dropped == 30
    assert 0 < result.p50_ms <= result.p95_ms


def test_all_hands_are_tracked_in_every_number_and_frame_size(
    images: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scaling, "FRAMES", 3)
    monkeypatch.setattr(scaling, "WARM_UP", 1)
    detector = MediaPipeDetector(max_hands=1)
    (hand,) = detector.detect(images[0])
    detector.close()
    by_hands, by_size = measure_scaling(images[0], hand, load_estimator(default_weights(), "cpu"))
    assert [samples.hands for samples in by_hands] == [[count] * 2 for count in scaling.HANDS]
    assert [samples.hands for samples in by_size] == [[1] * 2] * len(scaling.SIZES)


def test_a_start_is_measured_step_by_step(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "RUNS", 1)
    steps = startup.measure_startup(clip)
    assert "first skeleton" in steps
    assert min(steps.values()) > 0


def test_the_printed_figures_are_also_written_as_json(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(networks, "RUNS", 2)
    monkeypatch.setattr(networks, "WARM_UP", 0)
    benchmark(str(clip), "--only", "network", "--json", str(tmp_path / "out.json"))
    figures = json.loads((tmp_path / "out.json").read_text())
    names = [entry["name"] for entry in figures["network"]]
    assert names[0] == "shipped, CPU (ONNX Runtime)"
    printed = capsys.readouterr().out
    assert all(name in printed for name in names)
    assert set(figures["network"][0]["stages"]) == {"1 crop", "2 crops", "4 crops"}


def test_a_missing_clip_is_named() -> None:
    with pytest.raises(HandPoseError, match=r"missing\.mp4"):
        benchmark("missing.mp4", "--only", "clips")
