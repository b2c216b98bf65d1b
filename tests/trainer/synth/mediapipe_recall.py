"""Print MediaPipe's recall and mean joint error on rendered hands, by gesture.

``python -m tests.trainer.synth.mediapipe_recall`` takes too long to be a test. Hands of at least 100 px in
images of 640x480, palm or back towards the camera, MediaPipe's default thresholds, image mode.
"""

import argparse
from collections import defaultdict

import mediapipe
import numpy as np
import torch
from mediapipe.tasks.python import BaseOptions, vision
from tqdm import tqdm

from handpose_live.detection.mediapipe_model import load_model
from trainer.synth.poses import GESTURES
from trainer.synth.scene import RenderConfig, render_images

SIDES = ("palm", "back")
ERROR_OF = dict[str, list[float | None]]


def measure(count: int, seed: int) -> ERROR_OF:
    """Measure the mean joint error in hand sizes by gesture, None where no hand was found."""
    options = vision.HandLandmarkerOptions(base_options=BaseOptions(model_asset_buffer=load_model()))
    landmarker = vision.HandLandmarker.create_from_options(options)
    errors: ERROR_OF = defaultdict(list)
    for number in tqdm(range(count)):
        gesture, side = list(GESTURES)[number % len(GESTURES)], SIDES[number // len(GESTURES) % len(SIDES)]
        config = RenderConfig(480, 640, hand_size=(0.25, 0.7), gesture=gesture, side=side, unoccluded=True)
        rendered = render_images(seed, [number], config)
        image = mediapipe.Image(
            image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rendered.pixels[0].numpy())
        )
        true_px, hands = rendered.joints_px[0].numpy(), landmarker.detect(image).hand_landmarks
        if not hands:
            errors[gesture].append(None)
            continue
        found_px = np.array([(joint.x * 640, joint.y * 480) for joint in hands[0]])
        size_px = float(np.ptp(true_px, axis=0).max())
        errors[gesture].append(float(np.linalg.norm(found_px - true_px, axis=1).mean()) / size_px)
    landmarker.close()
    return errors


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    torch.set_num_threads(1)
    errors = measure(options.count, options.seed)
    errors["all"] = [row for rows in errors.values() for row in rows]
    for gesture, rows in errors.items():
        hits = [row for row in rows if row is not None]
        error = f"{100 * np.mean(hits):5.1f} % (median {100 * np.median(hits):.1f})" if hits else "-"
        print(f"{gesture:<16}{len(hits):>5} of {len(rows):<5}{error}")


if __name__ == "__main__":
    main()
