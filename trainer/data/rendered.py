"""What is learned from rendered people: their whole frames, and crops of their hands."""

from dataclasses import replace
from threading import Lock
from typing import NamedTuple

import numpy as np

from handpose_live.types.arrays import Image

from ..scenes.crops import SIZE_PX, SIZES_PX, HandCrop, cut_hands
from ..scenes.scene import SceneConfig, render_scene
from .detection_samples import MIN_VISIBLE_SHARE
from .hand_targets import HandTargets
from .image_cache import ImageCache, reference_crop, stack_labels
from .image_store import shrink
from .labels import JointLabels, depths_in_px
from .rendering import RenderedWindow
from .warp import Crops


class RenderedFrame(NamedTuple):
    """A frame with all its hands.

    Attributes:
        image: ``(h, w, 3)`` uint8 RGB.
        hands: in px of the image.
    """

    image: Image
    hands: HandTargets


class RenderedHand(NamedTuple):
    """A hand cut out as :func:`trainer.scenes.crops.write_crops` does.

    Attributes:
        image: ``(s, s, 3)`` uint8 RGB, ``SIZE_PX`` wide; the hand looks like a right one.
        labels: in px of the image.
    """

    image: Image
    labels: JointLabels


def render_frame(seed: int, config: SceneConfig, index: int, *, max_px: int) -> list[RenderedFrame]:
    """Render a scene, its longer side at most ``max_px``."""
    scene = render_scene(seed, index, config)
    image, scale = shrink(scene.image, max_px)
    hands = [
        HandTargets.of_joints(hand.joints_px * scale, hand.side, ignored=hand.visible_share < MIN_VISIBLE_SHARE)
        for hand in scene.hands
    ]
    return [RenderedFrame(image, HandTargets.join(hands))]


def render_hands(seed: int, config: SceneConfig, index: int) -> list[RenderedHand]:
    """Render a scene and cut out its hands."""
    scene = render_scene(seed, index, replace(config, sizes_px=SIZES_PX))
    return [RenderedHand(crop.image, _labels(crop)) for crop in cut_hands(scene)]


def _labels(crop: HandCrop) -> JointLabels:
    depths_px = depths_in_px(crop.hand.joints_px, crop.hand.joints_m) * np.float32(crop.to_crop[1, 1])
    return JointLabels.of_joints(crop.joints_px)._replace(depths_px=depths_px).seen(crop.hand.visible)


class RenderedHands:
    """The hands in a window, as crops are cut from them."""

    def __init__(self, window: RenderedWindow[RenderedHand], margin: float | None) -> None:
        """Args:
        window: of hands.
        margin: of the crops around hands; None for whole images.
        """
        self._window, self._margin = window, margin
        self._hands: list[RenderedHand] = []
        self._cache: ImageCache | None = None
        self._lock = Lock()
        self.close = window.close

    def at(self, step: int) -> ImageCache:
        """The hands in the window at a step; see :meth:`RenderedWindow.at`."""
        with self._lock:
            hands = self._window.at(step)
            if self._cache is None or hands is not self._hands:
                self._hands, self._cache = hands, self._cached(hands)
            return self._cache

    def _cached(self, hands: list[RenderedHand]) -> ImageCache:
        labels = stack_labels([hand.labels for hand in hands])
        return ImageCache(
            images=[hand.image for hand in hands],
            sizes_px=np.full((len(hands), 2), SIZE_PX),
            labels=labels,
            hand=np.ones(len(hands), np.bool_),
            green_screen=np.zeros(len(hands), np.bool_),
            crops=Crops.stack([reference_crop(SIZE_PX, SIZE_PX, joints, self._margin) for joints in labels.joints_px]),
        )
