"""Properties of rendered layers: no seams between tiles, continuous in the pose, mirrored exactly."""

import pytest
import torch

from trainer.rng import CounterRng
from trainer.synth import sphere_tracing
from trainer.synth.appearance import sample_appearance
from trainer.synth.distance_field import DistanceField
from trainer.synth.light import Lights, sample_lights
from trainer.synth.people import sample_people
from trainer.synth.poses import gesture_angles
from trainer.synth.render import Hands, Layer, render
from trainer.synth.views import Views, box_translation, rotation_from_angles

SIZE = 80


def scene(flexion_deg: float = 0.0) -> tuple[Hands, Views, Lights]:
    """Create a grasping hand whose index finger is flexed by an additional ``flexion_deg``."""
    rng = CounterRng(4, [0])
    people, appearance, lights = sample_people(rng), sample_appearance(rng), sample_lights(rng)
    angles = gesture_angles("grasp")[None].clone()
    angles[:, 0] += torch.tensor(flexion_deg).deg2rad()
    hands = Hands.from_angles(people, angles, appearance, torch.tensor([60.0]))
    rotation = rotation_from_angles(torch.tensor([0.4]), torch.tensor([0.2]), torch.tensor([0.1]))
    focal = torch.tensor([1.5 * SIZE])
    still = Hands.from_angles(people, gesture_angles("open")[None], appearance, torch.tensor([60.0])).skeleton.joints
    translation = box_translation(still, rotation, focal, torch.zeros(1, 2), torch.tensor([0.8 * SIZE]))
    return hands, Views(rotation, translation, focal, SIZE, SIZE), lights


@pytest.fixture(scope="module")
def layer() -> Layer:
    return render(*scene())


def test_culling_far_capsules_is_invisible(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sphere_tracing, "REACH_IN_BLENDS", 40.0)
    whole = render(*scene())
    difference = (whole.colour - layer.colour).abs().amax(-1)
    assert difference.mean() < 0.002
    assert (difference > 0.05).float().mean() < 0.005


def test_a_small_movement_changes_the_image_slightly(layer: Layer) -> None:
    before, after = scene()[0].skeleton.joints, scene(1.0)[0].skeleton.joints
    assert 0.5 < (before - after).abs().max() < 3
    transformed = render(*scene(1.0))
    assert 0 < (transformed.colour - layer.colour).abs().mean() < 0.01


def test_hits_are_on_the_surface(layer: Layer) -> None:
    hands, views, _ = scene()
    capsules = hands.capsules.transformed(views.rotation, views.translation)
    y, x = (layer.alpha[0] > 0.99).nonzero(as_tuple=True)
    flat = (torch.stack([x, y], -1) + 0.5 - SIZE / 2) / views.focal_px
    points = torch.cat([flat, torch.ones_like(flat[:, :1])], -1) * layer.depth[0, y, x][:, None]
    parts = torch.arange(capsules.starts.shape[1])[None]
    field = DistanceField.from_capsules(
        capsules, torch.zeros(1, dtype=torch.long), parts, torch.ones_like(parts, dtype=torch.bool)
    )
    pixel_mm = float(layer.depth[0, y, x].median() / views.focal_px)
    assert field.distance(points[None]).abs().median() < 0.5 * pixel_mm
    assert (field.distance(points[None]).abs() < 1.5 * pixel_mm).float().mean() > 0.98


def test_a_mirrored_layer_is_flipped_left_to_right(layer: Layer) -> None:
    mirrored = layer.mirrored()
    assert torch.equal(mirrored.colour[:, :, 0], layer.colour[:, :, -1])
    assert torch.equal(mirrored.mirrored().depth, layer.depth)
