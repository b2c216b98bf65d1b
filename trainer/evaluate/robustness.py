"""The robustness of a network: errors on perturbed crops and corrupted images, and the hand score as a classifier."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.inference.loading import load_estimator
from handpose_live.pose.weights import WeightsInfo
from handpose_live.types.arrays import Floats
from handpose_live.types.crop import Crop

from ..data.folders import Sample, read_all_hands, read_all_negatives
from ..data.image_cache import reference_crop
from ..scenes.body.skins import TONES
from ..scenes.crops import SIZES_PX, HandCrop, cut_hands
from ..scenes.labels import HandLabel, SceneImage
from ..scenes.scene import SCENES_WITH_PEOPLE, SHOTS, SceneConfig, render_empty_scene, render_scene
from .accuracy import BATCH, labelled_joints

Pixels = NDArray[np.uint8]
RENDERED_SEED, RENDERED_HANDS, RENDERED_NEGATIVES = 77, 32, 128
UNOCCLUDED_SHARE = 0.9  # of a hand's outline, at least
GLOVES = {"grey": (1.0, 1.0, 1.0), "green": (0.6, 1.5, 0.6), "blue": (0.7, 0.8, 1.5), "red": (1.5, 0.6, 0.6)}


@dataclass(frozen=True)
class Perturbation:
    """One way to make a hand harder to recognise.

    Attributes:
        kind: the row of the table.
        name: the cell in that row.
        crop: changes the upright crop.
        corrupt: changes the pixels of the crop.
    """

    kind: str
    name: str
    crop: Callable[[Crop], Crop] = lambda crop: crop
    corrupt: Callable[[Pixels], Pixels] = lambda pixels: pixels


def perturbations() -> Iterator[Perturbation]:
    """The rows of the table, without those of rendered hands; the first perturbation changes nothing."""
    for degrees in range(0, 181, 30):
        yield Perturbation("rotation", f"{degrees}°", crop=partial(_rotate, degrees=degrees))
    for factor in (0.7, 0.85, 1.2, 1.4):
        yield Perturbation("crop size", f"{factor:g} x", crop=partial(_scale, factor=factor))
    for sigma_px in (1, 2, 3):
        yield Perturbation("blur, px", f"{sigma_px}", corrupt=partial(_blur, sigma_px=sigma_px))
    for name, factor in (("1/4", 1 / 4), ("1/16", 1 / 16), ("1/64", 1 / 64), ("x 2", 2), ("x 4", 4)):
        yield Perturbation("exposure", name, corrupt=partial(_expose, factor=factor))
    for quality in (30, 10):
        yield Perturbation("JPEG quality", f"{quality}", corrupt=partial(_compress, quality=quality))
    for sigma in (10, 20, 30):
        yield Perturbation("noise, of 255", f"{sigma}", corrupt=partial(_add_noise, sigma=sigma))
    for size_px in (40, 20):
        yield Perturbation("hand, px", f"{size_px}", corrupt=partial(_see_from_afar, size_px=size_px))
    yield Perturbation("colour", "none", corrupt=_remove_colour)
    yield Perturbation("handedness", "wrong", crop=_mirror)


def print_robustness(data: Sequence[Path], split: str, weights: Path, skins: Path, device: str | None) -> None:
    """Print the errors on perturbed hands of a split, and on rendered ones by the colour of their skin or gloves.

    Args:
        data: folders in FreiHAND's layout.
        split: of them.
        weights: of the network.
        skins: folder of MakeHuman's skin textures, for rendered people.
        device: as PyTorch names it; None for the best available.

    Raises:
        HandPoseError: data, weights or skins cannot be used, or people cannot be rendered.
    """
    estimator = load_estimator(weights, device)
    hands = read_all_hands(data, split)
    rows: dict[str, list[str]] = {}
    for perturbation in perturbations():
        error = mean_error(estimator, hands, perturbation)
        rows.setdefault(perturbation.kind, []).append(f"{perturbation.name} {error:.2f}")
    config = SceneConfig(skins, sizes_px=SIZES_PX)
    indices, hands_by_kind = find_scenes(config)
    for name, crops in hands_by_kind.items():
        rows.setdefault("hand, rendered", []).append(f"{name} {rendered_error(estimator, crops):.2f}")
    for tone in TONES:  # the last one, the lightest, is also that of the hands in gloves
        scenes = [render_scene(RENDERED_SEED, index, replace(config, skin_tone=tone)) for index in indices]
        error = rendered_error(estimator, [hand for scene in scenes for hand in unoccluded_hands(scene)])
        rows.setdefault("skin, rendered", []).append(f"{tone} {error:.2f}")
    for name, colour in GLOVES.items():
        gloved = [hand for scene in scenes for hand in unoccluded_hands(put_gloves_on(scene, colour))]
        rows.setdefault("glove, rendered", []).append(f"{name} {rendered_error(estimator, gloved):.2f}")
    print(f"{len(hands)} hands; mean error in % of the side of the unperturbed crop")
    for kind, cells in rows.items():
        print(f"{kind:<16}" + "   ".join(cells))
    _print_score_areas(estimator, hands, read_all_negatives(data, split), config)


def mean_error(estimator: PoseEstimator, hands: Sequence[Sample], perturbation: Perturbation) -> float:
    """Mean distance from the labels, in % of the side of the unperturbed crop."""
    errors = []
    for start in range(0, len(hands), BATCH):
        batch = hands[start : start + BATCH]
        upright = [_upright_crop(estimator, hand) for hand in batch]
        joints_px = [labelled_joints(hand) for hand in batch]
        errors.append(_errors(estimator, [hand.read() for hand in batch], joints_px, upright, perturbation))
    return 100 * float(np.concatenate(errors).mean())


def find_scenes(config: SceneConfig) -> tuple[list[int], dict[str, list[HandCrop]]]:
    """Look for hands in scenes, each of other people, until there are ``RENDERED_HANDS`` unoccluded ones.

    Returns:
        The indices of the scenes with unoccluded hands; and the hands of all scenes that were looked at by what makes
        them hard: "alone" for nothing, "holding" something, or another hand in their joint box ("two").
    """
    indices, kinds = list[int](), {"alone": list[HandCrop](), "holding": list[HandCrop](), "two": list[HandCrop]()}
    numbers = count(step=SCENES_WITH_PEOPLE)
    while len(kinds["alone"]) < RENDERED_HANDS:
        index = next(numbers)
        scene = render_scene(RENDERED_SEED, index, config)
        alone = unoccluded_hands(scene)
        kinds["alone"] += alone
        for crop in cut_hands(scene):
            if crop.hand.holds:
                kinds["holding"].append(crop)
            elif meets_another(crop.hand, scene.hands):
                kinds["two"].append(crop)
        indices += [index] if alone else []
    return indices, kinds


def unoccluded_hands(scene: SceneImage) -> list[HandCrop]:
    """Cut out the hands of a scene that hold nothing, and that nothing hides or meets."""
    return [
        crop
        for crop in cut_hands(scene)
        if crop.hand.visible_share >= UNOCCLUDED_SHARE
        and not crop.hand.holds
        and not meets_another(crop.hand, scene.hands)
    ]


def meets_another(hand: HandLabel, hands: Sequence[HandLabel]) -> bool:
    """Whether a joint of another hand lies in the joint box of a hand."""
    low, high = hand.joints_px.min(axis=0), hand.joints_px.max(axis=0)
    others = [other.joints_px for other in hands if other is not hand]
    return any(bool(((joints >= low) & (joints <= high)).all(axis=1).any()) for joints in others)


def put_gloves_on(scene: SceneImage, colour: tuple[float, float, float]) -> SceneImage:
    """Give all hands of a scene the hue of a glove, factors of RGB; their light and shadow stay."""
    gloved = (scene.image.mean(axis=2, keepdims=True) * colour).clip(0, 255).astype(np.uint8)
    return replace(scene, image=np.where(scene.hand_mask[..., None] >= 0, gloved, scene.image))


def rendered_error(estimator: PoseEstimator, hands: Sequence[HandCrop]) -> float:
    """Mean distance from the labels, in % of the crop side; NaN without hands."""
    if not hands:
        return math.nan
    joints_px = [hand.joints_px for hand in hands]
    upright = [Crop.around(joints, margin=estimator.info.crop_margin) for joints in joints_px]
    unperturbed = Perturbation("rendered", "")
    return 100 * float(_errors(estimator, [hand.image for hand in hands], joints_px, upright, unperturbed).mean())


def roc_area(positives: Floats, negatives: Floats) -> float:
    """Area under the ROC curve: the probability that a positive scores higher than a negative; ties count half."""
    above, equal = positives[:, None] > negatives, positives[:, None] == negatives
    return float(above.mean() + equal.mean() / 2)


def _print_score_areas(
    estimator: PoseEstimator, hands: Sequence[Sample], negatives: Sequence[Sample], config: SceneConfig
) -> None:
    """Print how well the hand score separates hands from real and from rendered negatives."""
    crop_px = estimator.info.crop_px
    positives = _scores(estimator, [_upright_crop(estimator, hand).cut(hand.read(), crop_px) for hand in hands])
    indices = range(0, RENDERED_NEGATIVES * SHOTS, SHOTS)  # each in another place
    for name, images in (
        ("real images without a hand", (sample.read() for sample in negatives)),
        ("rendered scenes without a hand", (render_empty_scene(RENDERED_SEED, index, config) for index in indices)),
    ):
        if crops := [_resize(image, crop_px) for image in images]:
            area = roc_area(positives, _scores(estimator, crops))
            print(f"score: area under ROC {area:.4f}, against {len(crops)} {name}")


def _errors(
    estimator: PoseEstimator,
    images: Sequence[Pixels],
    joints_px: Sequence[Floats],
    upright: Sequence[Crop],
    perturbation: Perturbation,
) -> Floats:
    """``(n, 21)`` in units of the upright crop's side."""
    side = estimator.info.crop_px
    crops = [perturbation.crop(crop) for crop in upright]
    inputs = [perturbation.corrupt(crop.cut(image, side)) for crop, image in zip(crops, images, strict=True)]
    predicted = estimator(np.stack(inputs)).joints_crop_px
    errors = [
        np.linalg.norm(crop.to_frame(prediction, side) - joints, axis=1) / reference.size
        for crop, prediction, joints, reference in zip(crops, predicted, joints_px, upright, strict=True)
    ]
    return np.asarray(errors, np.float32)


def _scores(estimator: PoseEstimator, crops: list[Pixels]) -> Floats:
    batches = (crops[start : start + BATCH] for start in range(0, len(crops), BATCH))
    return np.concatenate([estimator(np.stack(batch)).hand_scores for batch in batches])


def _upright_crop(estimator: PoseEstimator, hand: Sample) -> Crop:
    return Crop.around(labelled_joints(hand), margin=estimator.info.crop_margin)


def _resize(image: Pixels, crop_px: int) -> Pixels:
    height, width = image.shape[:2]
    return reference_crop(width, height, None, None).cut(image, crop_px)


def _rotate(crop: Crop, degrees: float) -> Crop:
    return replace(crop, angle=crop.angle + math.radians(degrees))


def _scale(crop: Crop, factor: float) -> Crop:
    return replace(crop, size=factor * crop.size)


def _mirror(crop: Crop) -> Crop:
    return replace(crop, mirrored=not crop.mirrored)


def _blur(pixels: Pixels, sigma_px: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma_px), np.uint8)


def _expose(pixels: Pixels, factor: float) -> Pixels:
    """Multiply the linear light, up to saturation; the noise of the camera is constant."""
    noise = np.random.default_rng(0).normal(0, 2, pixels.shape)
    linear = ((pixels / 255.0) ** 2.2 * factor).clip(0, 1)
    return np.asarray((255 * linear ** (1 / 2.2) + noise).round().clip(0, 255), np.uint8)


def _add_noise(pixels: Pixels, sigma: float) -> Pixels:
    noise = np.random.default_rng(0).normal(0, sigma, pixels.shape)
    return np.asarray((pixels + noise).round().clip(0, 255), np.uint8)


def _see_from_afar(pixels: Pixels, size_px: float) -> Pixels:
    """Show the crop of a hand whose joint box is that large in the frame."""
    side = round(size_px * WeightsInfo.crop_margin)
    small = cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, pixels.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _remove_colour(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def _compress(pixels: Pixels, quality: int) -> Pixels:
    """Encode and decode a real JPEG file."""
    _, file = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR_RGB), np.uint8)
