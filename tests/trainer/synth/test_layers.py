"""What a renderer must hold for every frame of a clip: no seams, no jumps, hands that mirror."""

import pytest
import torch

from trainer.rng import CounterRng
from trainer.synth import trace
from trainer.synth.field import Field
from trainer.synth.light import Lights, sample_lights
from trainer.synth.people import sample_people
from trainer.synth.poses import gesture_angles
from trainer.synth.render import Hands, Layer, render
from trainer.synth.skin import sample_looks
from trainer.synth.views import Views, place, turn_from

SIZE = 80


def scene(bend_deg: float = 0.0) -> tuple[Hands, Views, Lights]:
    """One hand that grips, its index finger bent by so much more."""
    dice = CounterRng(4, [0])
    people, looks, lights = sample_people(dice), sample_looks(dice), sample_lights(dice)
    angles = gesture_angles("grasp")[None].clone()
    angles[:, 0] += torch.tensor(bend_deg).deg2rad()
    hands = Hands.posed(people, angles, looks, torch.tensor([60.0]))
    turn = turn_from(torch.tensor([0.4]), torch.tensor([0.2]), torch.tensor([0.1]))
    focal = torch.tensor([1.5 * SIZE])
    still = Hands.posed(people, gesture_angles("open")[None], looks, torch.tensor([60.0])).skeleton.joints
    shift = place(still, turn, focal, torch.zeros(1, 2), torch.tensor([0.8 * SIZE]))
    return hands, Views(turn, shift, focal, SIZE, SIZE), lights


@pytest.fixture(scope="module")
def layer() -> Layer:
    return render(*scene())


def test_leaving_out_far_parts_does_not_show(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "REACH_IN_BLENDS", 40.0)
    whole = render(*scene())
    difference = (whole.colour - layer.colour).abs().amax(-1)
    assert difference.mean() < 0.002
    assert (difference > 0.05).float().mean() < 0.005


def test_a_little_movement_changes_a_picture_a_little(layer: Layer) -> None:
    before, after = scene()[0].skeleton.joints, scene(1.0)[0].skeleton.joints
    assert 0.5 < (before - after).abs().max() < 3
    moved = render(*scene(1.0))
    assert 0 < (moved.colour - layer.colour).abs().mean() < 0.01


def test_what_is_seen_is_where_the_surface_is(layer: Layer) -> None:
    hands, views, _ = scene()
    body = hands.body.moved(views.turn, views.shift)
    y, x = (layer.cover[0] > 0.99).nonzero(as_tuple=True)
    flat = (torch.stack([x, y], -1) + 0.5 - SIZE / 2) / views.focal_px
    points = torch.cat([flat, torch.ones_like(flat[:, :1])], -1) * layer.depth[0, y, x][:, None]
    parts = torch.arange(body.starts.shape[1])[None]
    field = Field.of(body, torch.zeros(1, dtype=torch.long), parts, torch.ones_like(parts, dtype=torch.bool))
    pixel_mm = float(layer.depth[0, y, x].median() / views.focal_px)
    assert field.distance(points[None]).abs().median() < 0.5 * pixel_mm
    assert (field.distance(points[None]).abs() < 1.5 * pixel_mm).float().mean() > 0.98


def test_a_mirrored_layer_is_flipped_left_to_right(layer: Layer) -> None:
    mirrored = layer.mirrored()
    assert torch.equal(mirrored.colour[:, :, 0], layer.colour[:, :, -1])
    assert torch.equal(mirrored.mirrored().depth, layer.depth)
