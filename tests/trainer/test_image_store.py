"""Decoded images on the disk: made once, shared by processes, and never half-made."""

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from handpose_live.types.crop import Crop
from handpose_live.types.errors import HandPoseError
from tests.trainer.synthetic_data import write_folder, write_image
from trainer.data import image_cache, image_store
from trainer.data.detection_samples import from_crops
from trainer.data.folders import Sample, read_hands
from trainer.data.frame_hands import FrameSample
from trainer.data.image_cache import SIDE_PX, read_image_cache, to_squares
from trainer.data.image_store import Decoded, ImageStore, store_images
from trainer.data.training_frames import store_frames

MAX_PX = 128


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, where each second image is kept at once."""
    monkeypatch.setattr(image_store, "FOLDER", tmp_path / "cache")
    monkeypatch.setattr(image_store, "BLOCK", 2)
    return tmp_path / "cache"


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    write_folder(tmp_path / "hands", labels=7)
    return read_hands(tmp_path / "hands", None)


def _store(samples: list[Sample], decode: Callable[[Sample], Decoded]) -> ImageStore:
    return store_images(samples, decode, Sample.content, max_px=MAX_PX)


def _decode(sample: Sample) -> Decoded:
    image = sample.read()
    return Decoded(image, (image.shape[1], image.shape[0]))


class Counting:
    """Decodes images and counts them."""

    def __init__(self) -> None:
        self.paths: list[Path] = []

    def __call__(self, sample: Sample) -> Decoded:
        self.paths.append(sample.path)
        return _decode(sample)


def _decoded(samples: list[Sample]) -> list[Path]:
    """Store samples; returns those that had to be decoded."""
    decode = Counting()
    _assert_complete(_store(samples, decode), samples)
    return decode.paths


def _assert_complete(store: ImageStore, samples: list[Sample]) -> None:
    assert len(store) == len(samples)
    for index, sample in enumerate(samples):
        np.testing.assert_array_equal(store[index], sample.read())


def test_a_second_run_decodes_nothing_in_any_order(samples: list[Sample]) -> None:
    assert len(_decoded(samples)) == 7
    assert not _decoded(samples)
    assert not _decoded(samples[::-2] + samples[:1])


def test_a_run_on_more_images_decodes_only_the_others(samples: list[Sample]) -> None:
    assert len(_decoded(samples[:4])) == 4
    assert _decoded(samples) == [sample.path for sample in samples[4:]]


def test_a_changed_image_is_decoded_again(samples: list[Sample]) -> None:
    _decoded(samples)
    write_image(samples[3].path, np.full((40, 50, 3), 77, np.uint8))
    assert _decoded(samples) == [samples[3].path]
    status = samples[5].path.stat()
    os.utime(samples[5].path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert _decoded(samples) == [samples[5].path]


def test_a_data_set_that_has_moved_is_not_decoded_again(samples: list[Sample], tmp_path: Path) -> None:
    _decoded(samples)
    shutil.move(tmp_path / "hands", tmp_path / "elsewhere")
    assert not _decoded(read_hands(tmp_path / "elsewhere", None))


@pytest.mark.skipif(not hasattr(os, "pread"), reason="this system has no pread: all tests read without it")
def test_images_can_be_read_without_pread(samples: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pread")
    _decoded(samples)


def _reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Record which images are read from now on."""
    read, paths = Sample.read, list[Path]()

    def recording_read(sample: Sample) -> NDArray[np.uint8]:
        paths.append(sample.path)
        return read(sample)

    monkeypatch.setattr(Sample, "read", recording_read)
    return paths


def test_labels_that_move_the_window_change_the_content(
    samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, cpu = _reads(monkeypatch), torch.device("cpu")
    first = read_image_cache(samples, margin=2.1, device=cpu)
    again = read_image_cache(samples, margin=2.1, device=cpu)
    assert len(reads) == 7
    np.testing.assert_array_equal(again.labels.joints_px, first.labels.joints_px)
    np.testing.assert_array_equal(again.green_screen, first.green_screen)

    assert samples[0].labels is not None
    trusted_less = samples[0].labels._replace(weights=samples[0].labels.weights * np.float32(0.5))
    read_image_cache([replace(samples[0], labels=trusted_less)], margin=2.1, device=cpu)
    assert len(reads) == 7
    moved = samples[0].labels._replace(joints_px=samples[0].labels.joints_px + 1)
    read_image_cache([replace(samples[0], labels=moved)], margin=2.1, device=cpu)
    assert len(reads) == 8
    read_image_cache(samples[:1], margin=None, device=cpu)
    assert len(reads) == 9
    frame = write_image(tmp_path / "frame.jpg", np.zeros((90, 90, 3), np.uint8))
    windows = [FrameSample(frame, None, window=Crop(x, 40, 30)) for x in (40, 50, 40)]
    read_image_cache(windows, margin=2.1, device=cpu)
    assert len(reads) == 11


def test_a_detectors_frames_are_decoded_once(samples: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    first = store_frames(from_crops(samples))
    monkeypatch.setattr("trainer.data.training_frames.shrink", None)
    again = store_frames(from_crops(samples))
    for index in range(len(samples)):
        np.testing.assert_array_equal(again[index], first[index])
    assert len(store_frames([])) == 0


def _die_at_the_sixth(samples: list[Sample], cache: Path) -> None:
    image_store.FOLDER, image_store.BLOCK, image_store.CHUNK = cache, 2, 1
    decode = Counting()

    def decode_or_die(sample: Sample) -> Decoded:
        if len(decode.paths) == 5:
            os.kill(os.getpid(), signal.SIGTERM)  # ends the process at once, on Windows too
        return decode(sample)

    _store(samples, decode_or_die)


def test_a_killed_process_leaves_complete_images_alone(samples: list[Sample], cache: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_die_at_the_sixth, args=(samples, cache))
    process.start()
    process.join()
    assert process.exitcode not in (0, 1)
    assert _decoded(samples) == [sample.path for sample in samples[4:]]


def test_an_image_that_cannot_be_read_is_named_and_the_others_are_kept(samples: list[Sample]) -> None:
    content = samples[5].path.read_bytes()
    samples[5].path.write_bytes(content[:1] + bytes(len(content) - 1))
    with pytest.raises(HandPoseError, match=r"00000005\.jpg cannot be read"):
        _decoded(samples)
    samples[5].path.write_bytes(content)
    assert _decoded(samples) == [sample.path for sample in samples[4:]]
    samples[5].path.unlink()
    with pytest.raises(HandPoseError, match=r"00000005\.jpg cannot be read"):
        _store(samples, _decode)


def _store_at_the_same_time(samples: list[Sample], cache: Path, log: Path, start: Barrier) -> None:
    image_store.FOLDER = cache
    decode = Counting()
    start.wait()
    _assert_complete(_store(samples, decode), samples)
    log.write_text("\n".join(map(str, decode.paths)))


def test_of_two_processes_one_decodes_each_image(samples: list[Sample], cache: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, logs = context.Barrier(2), [tmp_path / "one.txt", tmp_path / "other.txt"]
    # The two need some images in common, and some that the other does not need.
    parts = samples[:5], samples[2:]
    processes = [
        context.Process(target=_store_at_the_same_time, args=(part, cache, log, start))
        for part, log in zip(parts, logs, strict=True)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert sorted("\n".join(log.read_text() for log in logs).split()) == [str(sample.path) for sample in samples]


def _store_on_a_small_disk(samples: list[Sample], cache: Path, message: Path) -> None:
    import resource  # not on Windows

    image_store.FOLDER, image_store.BLOCK = cache, 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))  # room for five images
    try:
        _store(samples, _decode)
    except HandPoseError as error:
        message.write_text(str(error))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of files")
def test_a_full_disk_gives_one_sentence_and_what_fitted_is_kept(
    samples: list[Sample], cache: Path, tmp_path: Path
) -> None:
    message = tmp_path / "message.txt"
    arguments = (samples, cache, message)
    process = multiprocessing.get_context("spawn").Process(target=_store_on_a_small_disk, args=arguments)
    process.start()
    process.join()
    needed = f"make room for up to {7 * 3 * MAX_PX**2 / 1e9:.1f} GB there."
    assert message.read_text() == f"The decoded images cannot be kept in {cache} (File too large); {needed}"
    assert (cache / "pixels").stat().st_size == 4 * 96 * 96 * 3
    assert _decoded(samples) == [sample.path for sample in samples[4:]]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps files that are in use")
def test_over_the_limit_the_images_of_other_runs_are_removed(
    samples: list[Sample], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_store, "MAX_BYTES", 4 * 3 * MAX_PX**2)
    earlier = _store(samples[:4], _decode)
    assert len(_decoded(samples[3:6])) == 3
    assert (cache / "pixels").stat().st_size == 3 * 96 * 96 * 3
    _assert_complete(earlier, samples[:4])
    # One run may need more than the limit, but not each time anew.
    assert len(_decoded(samples)) == 4
    assert not _decoded(samples)


@pytest.mark.parametrize("name", ["index.npy", "pixels"])
def test_a_damaged_file_is_made_anew(samples: list[Sample], cache: Path, name: str) -> None:
    _decoded(samples)
    (cache / name).write_bytes((cache / name).read_bytes()[:300])
    assert len(_decoded(samples)) == 7
    (cache / name).unlink()
    assert len(_decoded(samples)) == 7


def test_images_on_a_gpu_lie_in_the_corner_of_their_squares(
    samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_cache, "CHUNK", 3)
    write_image(samples[2].path, np.full((40, 50, 3), 77, np.uint8))
    squares = to_squares(_store(samples, _decode), torch.device("cpu")).numpy()
    assert squares.shape == (7, SIDE_PX, SIDE_PX, 3)
    for square, sample in zip(squares, samples, strict=True):
        image = sample.read()
        height, width = image.shape[:2]
        np.testing.assert_array_equal(square[:height, :width], image)
        assert not square[height:].any()
        assert not square[:, width:].any()
