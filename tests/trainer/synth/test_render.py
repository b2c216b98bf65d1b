"""Rendered images of hands, their labels and their output folder."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from handpose_live.detection.mediapipe_detector import MediaPipeDetector
from handpose_live.types.crop import Crop
from handpose_live.types.errors import HandPoseError
from tests.trainer.synthetic_data import write_folder
from trainer.__main__ import main
from trainer.data.folders import read_all_hands, read_hands
from trainer.rng import CounterRng
from trainer.synth import write
from trainer.synth.background import list_images
from trainer.synth.light import sample_lights
from trainer.synth.scene import RenderConfig, RenderedImages, cast_shadow, render_images

SIZE = 96
TIPS = (4, 8, 12, 16, 20)


@pytest.fixture(scope="module")
def images() -> RenderedImages:
    return render_images(11, range(12), RenderConfig(SIZE, SIZE))


def test_joints_in_mm_project_to_joints_in_px(images: RenderedImages) -> None:
    projected = images.joints_mm @ images.intrinsics.mT
    assert torch.allclose(projected[..., :2] / projected[..., 2:], images.joints_px, atol=1e-3)


def test_joint_boxes_have_the_configured_size_and_are_in_the_image(images: RenderedImages) -> None:
    low, high = images.joints_px.amin(1), images.joints_px.amax(1)
    assert ((high - low).amax(1) < 0.55 * SIZE + 1).all()
    assert (low > -0.5).all()
    assert (high < SIZE + 0.5).all()


def test_the_same_seed_gives_the_same_images(images: RenderedImages) -> None:
    again = render_images(11, range(12), RenderConfig(SIZE, SIZE))
    assert torch.equal(again.pixels, images.pixels)
    assert torch.equal(again.joints_px, images.joints_px)


def test_another_seed_gives_other_images(images: RenderedImages) -> None:
    other = render_images(12, range(2), RenderConfig(SIZE, SIZE))
    assert (other.joints_px - images.joints_px[:2]).abs().amax((1, 2)).min() > 3


def test_an_image_does_not_depend_on_its_batch(images: RenderedImages) -> None:
    for number in (0, 7):
        alone = render_images(11, [number], RenderConfig(SIZE, SIZE))
        assert torch.allclose(alone.joints_px[0], images.joints_px[number], atol=0.01)
        # The order of summation may differ, and thus the last bit of a colour or of a JPEG coefficient.
        difference = (alone.pixels[0].int() - images.pixels[number].int()).abs().float()
        assert difference.mean() < 0.1


def test_visible_joints_are_on_the_hand(images: RenderedImages) -> None:
    masks = images.mask.float()[:, None]
    near = torch.nn.functional.max_pool2d(masks, 3, 1, 1)[:, 0]  # a tolerance of one pixel at the outline
    x, y = images.joints_px.clamp(0, SIZE - 1).long().unbind(-1)
    on_hand = near[torch.arange(len(x))[:, None], y, x] > 0
    assert images.visible[:, TIPS].float().mean() > 0.3
    assert on_hand[images.visible].all()


def test_fingertips_of_an_open_palm_are_at_the_end_of_the_hand() -> None:
    config = RenderConfig(SIZE, SIZE, hand_size=(0.5, 0.7), gesture="open", side="palm", unoccluded=True)
    rendered = render_images(5, range(6), config)
    assert rendered.visible[:, TIPS].float().mean() > 0.9
    tip = rendered.joints_px[:, 12]
    outwards = torch.nn.functional.normalize(tip - rendered.joints_px[:, 11], dim=1)
    px_per_mm = rendered.intrinsics[:, :1, 0] / rendered.joints_mm[:, 12, 2:]
    beyond = (tip + 7 * px_per_mm * outwards).long()
    x, y = beyond.clamp(0, SIZE - 1).unbind(-1)
    assert not rendered.mask[torch.arange(6), y, x].any()


def test_a_hand_casts_a_shadow_on_the_background() -> None:
    rng = CounterRng(2, range(16))
    alpha = torch.zeros(16, SIZE, SIZE)
    alpha[:, 40:60, 40:60] = 1
    shadowed = cast_shadow(rng, torch.ones(16, SIZE, SIZE, 3), alpha, sample_lights(rng))
    darkened = 1 - shadowed.amin((1, 2, 3))
    assert 3 <= int((darkened > 0.1).sum()) <= 12
    assert (darkened < 0.71).all()
    assert (shadowed[:, :4] == 1).all()


def test_hands_are_shaded(images: RenderedImages) -> None:
    for image, mask in zip(images.pixels, images.mask, strict=True):
        assert mask.float().mean() > 0.03
        assert image[mask].float().std() > 5


def test_mediapipe_detects_open_palms_as_right_hands() -> None:
    config = RenderConfig(192, 256, hand_size=(0.6, 0.7), gesture="open", side="palm", unoccluded=True)
    rendered = render_images(5, range(8), config)
    detector = MediaPipeDetector(max_hands=1)
    found = [detector.detect(image.numpy()) for image in rendered.pixels]
    detector.close()
    assert sum(bool(hands) for hands in found) >= 7
    # MediaPipe itself is not always right: it classifies 2 of 24 such palms as left hands, with scores of 0.65.
    assert sum(hand.side == "right" for hands in found for hand in hands) >= 6
    assert sum(hand.right_log_odds for hands in found for hand in hands) > 10
    for hands, joints in zip(found, rendered.joints_px.numpy(), strict=True):
        for hand in hands:
            box = Crop.around(joints, margin=1)
            assert math.dist((hand.centre_x, hand.centre_y), (box.centre_x, box.centre_y)) < 0.08 * box.size
            assert hand.size == pytest.approx(box.size, rel=0.2)
            assert abs(math.remainder(hand.angle - box.angle, math.tau)) < 0.2


def render(folder: Path, *more: str) -> int:
    return main(["render", "--out", str(folder), "--count", "3", "--size", "64", "--workers", "1", *more])


def test_a_rendered_folder_is_a_valid_data_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render(tmp_path / "hände", "--seed", "4") == 0
    assert "3/3" in capsys.readouterr().err
    samples = read_hands(tmp_path / "hände", "train")
    rendered = render_images(4, range(3), RenderConfig(64, 64))
    assert len(samples) == 3
    for sample, joints, pixels in zip(samples, rendered.joints_px, rendered.pixels, strict=True):
        assert sample.joints_px == pytest.approx(joints.numpy(), abs=0.01)
        assert np.abs(sample.read().astype(int) - pixels.numpy()).mean() < 4
    visible = json.loads((tmp_path / "hände" / "training_visible.json").read_text())
    assert np.array_equal(np.array(visible), rendered.visible)
    mask = cv2.imdecode(np.fromfile(tmp_path / "hände/training/mask/00000002.png", np.uint8), cv2.IMREAD_GRAYSCALE)
    assert mask is not None
    assert np.array_equal(mask > 0, rendered.mask[2])


def test_rendering_does_not_overwrite_other_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path / "drawn", labels=1)
    assert render(tmp_path / "drawn") == 1
    assert "holds other images already; name a new folder" in capsys.readouterr().err
    assert render(tmp_path / "rendered") == 0
    assert render(tmp_path / "rendered", "--seed", "4") == 1
    assert "another seed, size or backgrounds" in capsys.readouterr().err


def test_an_interrupted_rendering_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "CPU_BATCH", 1)
    assert render(tmp_path / "whole") == 0

    rendered: list[list[int]] = []

    def until_interrupted(seed: int, numbers: Sequence[int], config: RenderConfig, device: str) -> RenderedImages:
        if len(rendered) == 1:
            raise KeyboardInterrupt
        rendered.append(list(numbers))
        return render_images(seed, numbers, config, device)

    stopped = tmp_path / "stopped"
    monkeypatch.setattr(write, "render_images", until_interrupted)
    assert render(stopped) == 130
    with pytest.raises(HandPoseError, match=r"training_xyz\.json is missing"):
        read_hands(stopped, "train")
    with (stopped / "labels.jsonl").open("a") as file:
        file.write('{"xyz": [[0.1, ')
    rendered.append([])
    assert render(stopped) == 0
    assert rendered == [[0], [], [1], [2]]
    for path in (tmp_path / "whole").rglob("*.*"):
        assert (stopped / path.relative_to(tmp_path / "whole")).read_bytes() == path.read_bytes(), path


def test_more_images_of_the_same_seed_can_be_added(tmp_path: Path) -> None:
    assert render(tmp_path) == 0
    assert main(["render", "--out", str(tmp_path), "--count", "4", "--size", "64", "--workers", "1"]) == 0
    assert len(read_all_hands([tmp_path], None)) == 4


def test_a_folder_of_backgrounds_is_used(tmp_path: Path) -> None:
    walls = tmp_path / "walls"
    walls.mkdir()
    cv2.imwrite(str(walls / "green.png"), np.full((40, 50, 3), (0, 200, 0), np.uint8))
    config = RenderConfig(64, 64, backgrounds=list_images(walls))
    corners = render_images(1, range(8), config).pixels[:, :8, :8].float().mean((1, 2))
    green = (corners[:, 1] > 1.3 * corners[:, 0]) & (corners[:, 1] > 1.3 * corners[:, 2])
    assert int(green.sum()) >= 3


def test_an_empty_folder_of_backgrounds_is_named(tmp_path: Path) -> None:
    with pytest.raises(HandPoseError, match="no images"):
        list_images(tmp_path)


def test_preview_writes_a_contact_sheet_of_any_folder(tmp_path: Path, shared: Path) -> None:
    sheet = tmp_path / "sheet.png"
    data = shared / "data" / "hands"
    assert main(["preview", "--data", str(data), "--split", "val", "--out", str(sheet)]) == 0
    image = cv2.imread(str(sheet))
    assert image is not None
    assert image.shape == (8 * 192, 8 * 192, 3)
    assert len(read_all_hands([data], "val")) > 64
