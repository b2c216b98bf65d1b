"""Batch runs over small videos and images."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from handpose_live.media.recording.landmarks import read_landmarks
from handpose_live.runtime.batch.inputs import find_inputs
from handpose_live.runtime.batch.run import BatchSummary, lock_output_folder, run_batch
from handpose_live.runtime.session_factory import SessionFactory
from handpose_live.tracking.config import TrackerConfig
from tests.media.videos import RED, plain, write_video
from tests.ui.fakes import frame_count, session_factory

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
    detector: str = "d",
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
            models={"weights": weights, "detector": detector},
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
