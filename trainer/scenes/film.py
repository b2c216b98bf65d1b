"""Films of people whose hands clap, cross, stack, pass and interlock, with the true identity of each hand."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from .actors import Actor, meshes_of, place_actor, pose_actor
from .body.pose import BodyPose
from .body.rotations import Matrix
from .labelling import SceneHand
from .labels import SceneImage
from .mesh import Mesh
from .photo.sensor import sample_sensor
from .photo.surroundings import sample_surroundings
from .scene import SceneConfig, people_of, photograph
from .situations.cameras import before_people, sample_view
from .situations.landmarks import SIDES
from .situations.moving import at_time, sample_keys
from .situations.stances import sample_places
from .staging import Staged, describe, furnish

FPS = 30
SMOOTHING = np.array([1, 2, 3, 4, 3, 2, 1]) / 16  # weights of neighbouring frames
TWO_PEOPLE_SHARE = 0.3
SIZES_PX = (40.0, 100.0)  # boxes of hands, in an image of 640 px
COLUMNS = ("frame", "hand", "side", "visible_share", "joints")


@dataclass(frozen=True, eq=False)
class _Part:
    """A person in a film with a pose for each frame."""

    actor: Actor
    poses: Sequence[BodyPose]


def render_film(seed: int, config: SceneConfig, *, frames: int) -> Iterator[SceneImage]:
    """Render a film at ``FPS``, a pure function of its arguments.

    Args:
        seed: of the film.
        config: what it is made of.
        frames: number of images.

    Yields:
        images in which ``number`` of a hand is its identity: 0 and 1 are the left and right hand of the first person.
    """
    rng = np.random.default_rng((seed, 0))
    parts = _sample_parts(rng, seed, config, frames)
    people = [part.actor.landmarks for part in parts]
    view = sample_view(rng, float(np.exp(rng.uniform(*np.log(SIZES_PX)))))
    camera = before_people(rng, people, view)
    actors = [part.actor for part in parts]
    seats = furnish(rng, actors, desk=False)
    chests = np.array([person.chest for person in people])
    surroundings = sample_surroundings(rng, camera, chests, images=config.backgrounds)
    sensor = sample_sensor(rng, surroundings.lighting, chests.mean(0))
    for frame in range(frames):
        meshes, hands = _pose(parts, frame)
        yield photograph(
            rng, Staged([meshes], seats, hands, camera, chests, describe("film", actors)), surroundings, sensor
        )


def write_film(path: Path, seed: int, config: SceneConfig, *, frames: int) -> None:
    """Write a film as a video (H.264), and beside it a table (.csv) of the hands in each frame.

    Args:
        path: of the video.
        seed: of the film.
        config: what it is made of.
        frames: number of images.
    """
    with av.open(str(path), "w") as video, path.with_suffix(".csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        stream = video.add_stream("libx264", FPS, options={"crf": "18", "preset": "veryfast"})
        for number, scene in enumerate(render_film(seed, config, frames=frames)):
            if number == 0:
                stream.height, stream.width = scene.image.shape[:2]
                stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(scene.image)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            video.mux(stream.encode(frame))
            for hand in scene.hands:
                joints = " ".join(f"{value:.2f}" for value in hand.joints_px.ravel())
                table.writerow((number, hand.number, hand.side, f"{hand.visible_share:.3f}", joints))
        video.mux(stream.encode())


def _sample_parts(rng: np.random.Generator, seed: int, config: SceneConfig, frames: int) -> list[_Part]:
    count = 2 if rng.random() < TWO_PEOPLE_SHARE else 1
    parts = []
    for person, place in zip(people_of(seed, 0, config), sample_places(rng, count, meet=False), strict=False):
        actor = place_actor(rng, person(), place, sits=bool(rng.random() < 0.5))
        keys = sample_keys(rng, actor.landmarks, actor.person.body.hands, frames / FPS)
        moments = [at_time(keys, frame / FPS) for frame in range(frames)]
        poses = [pose_actor(actor, moment.arms, moment.fingers).pose for moment in moments]
        parts.append(_Part(actor, smooth(poses)))
    return parts


def smooth(poses: Sequence[BodyPose]) -> list[BodyPose]:
    """Average each bone's rotations over neighbouring frames: the elbow's inverse kinematics may jump."""
    half = len(SMOOTHING) // 2
    rotations: dict[str, Matrix] = {}
    for bone in poses[0].rotations:
        padded = np.pad([pose.rotations[bone] for pose in poses], ((half, half), (0, 0), (0, 0)), "edge")
        means = sum(weight * padded[shift : shift + len(poses)] for shift, weight in enumerate(SMOOTHING))
        u, _, vt = np.linalg.svd(means)  # the nearest rotation (K. Arun et al., IEEE PAMI 9, 1987)
        u[:, :, 2] *= np.linalg.det(u @ vt)[:, None]
        rotations[bone] = u @ vt
    return [pose.turned({bone: rotations[bone][frame] for bone in rotations}) for frame, pose in enumerate(poses)]


def _pose(parts: Sequence[_Part], frame: int) -> tuple[list[Mesh], list[SceneHand]]:
    meshes: list[Mesh] = []
    hands: list[SceneHand] = []
    for part in parts:
        posed = part.actor.person.body.posed(part.poses[frame])
        meshes += meshes_of(part.actor, posed, len(hands))
        hands += [SceneHand(side, posed.joints[side]) for side in SIDES]
    return meshes, hands
