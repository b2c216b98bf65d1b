"""Films of people whose hands clap, cross, stack, pass and interlock, with the true identity of each hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from handpose_live.types.errors import HandPoseError

from .actors import Actor, Person, meshes_of, place_actor, pose_actor
from .body.pose import BodyPose
from .body.rotations import Matrix
from .in_processes import map_in_processes
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
from .video import FPS, true_hand, write_video
from .view import Camera
from .write import check_same_run

FRAMES = 5 * FPS
SMOOTHING = np.array([1, 2, 3, 4, 3, 2, 1]) / 16  # weights of neighbouring frames
TWO_PEOPLE_SHARE = 0.3
SIZES_PX = (60.0, 140.0)  # boxes of hands, where all that hands do fits into the image
FILLED_SHARE = 0.95  # of the image by all that hands do


@dataclass(frozen=True, eq=False)
class _Part:
    """A person in a film with a pose for each frame."""

    actor: Actor
    poses: Sequence[BodyPose]


def write_films(folder: Path, *, count: int, seed: int, config: SceneConfig, workers: int) -> None:
    """Write films ``000000.mp4`` to ``count`` of a seed and their landmark files; skips those that are complete.

    Args:
        folder: created if missing.
        count: number of films.
        seed: of the sequence of films.
        config: what they are made of.
        workers: processes.

    Raises:
        HandPoseError: the count is too small, or the folder holds other films.
    """
    if count < 1:
        raise HandPoseError("Ask for at least one film with --count N.")
    folder.mkdir(parents=True, exist_ok=True)
    config = replace(config, sizes_px=SIZES_PX)
    check_same_run(folder, {"seed": seed, "kind": "films"} | config.summary())
    work = partial(_write_missing_film, folder, seed, config)
    for _ in tqdm(map_in_processes(work, range(count), chunk=1, workers=workers), total=count, unit="film"):
        pass


def _write_missing_film(folder: Path, seed: int, config: SceneConfig, index: int) -> None:
    path = folder / f"{index:06d}.mp4"
    if not path.with_suffix(".jsonl").exists():
        write_film(path, seed, index, config, frames=FRAMES)


def write_film(path: Path, seed: int, index: int, config: SceneConfig, *, frames: int) -> None:
    """Write a film as a video and a landmark file; see :func:`~trainer.scenes.video.write_video`.

    In the landmark file, ``track`` is a hand's identity, the score of a joint is 1 where it is visible, else 0, and the
    score of a hand is their mean.

    Args:
        path: of the video.
        seed: of the sequence of films.
        index: of the film.
        config: what it is made of.
        frames: number of images.

    Raises:
        HandPoseError: a file cannot be written.
    """
    scenes = render_film(seed, index, config, frames=frames)
    images = ((scene.image, [true_hand(hand, hand.visible) for hand in scene.hands]) for scene in scenes)
    write_video(path, images, preset="veryfast")


def render_film(seed: int, index: int, config: SceneConfig, *, frames: int) -> Iterator[SceneImage]:
    """Render a film at ``FPS``, a pure function of its arguments.

    Args:
        seed: of the sequence of films.
        index: of the film.
        config: what it is made of.
        frames: number of images.

    Yields:
        images in which ``number`` of a hand is its identity: 0 and 1 are the left and right hand of the first person.
    """
    rng = np.random.default_rng((seed, index))
    parts = _sample_parts(rng, people_of(seed, index, config), frames)
    people = [part.actor.landmarks for part in parts]
    view = sample_view(rng, float(np.exp(rng.uniform(*np.log(config.sizes_px)))))
    camera = _stepped_back(before_people(rng, people, view), parts)
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


def _sample_parts(rng: np.random.Generator, persons: Sequence[Callable[[], Person]], frames: int) -> list[_Part]:
    count = 2 if rng.random() < TWO_PEOPLE_SHARE else 1
    parts = []
    for person, place in zip(persons, sample_places(rng, count, meet=False), strict=False):
        actor = place_actor(rng, person(), place, sits=bool(rng.random() < 0.5))
        keys = sample_keys(rng, actor.landmarks, actor.person.body.hands, frames / FPS)
        moments = [at_time(keys, frame / FPS) for frame in range(frames)]
        poses = [pose_actor(actor, moment.arms, moment.fingers).pose for moment in moments]
        parts.append(_Part(actor, smooth(poses)))
    return parts


def _stepped_back(camera: Camera, parts: Sequence[_Part]) -> Camera:
    """Move a camera back until no hand leaves the image."""
    posed = [part.actor.person.body.posed(pose) for part in parts for pose in part.poses]
    joints_m = camera.to_camera(np.array([each.joints[side] for each in posed for side in SIDES]))
    half = FILLED_SHARE / 2 * np.array([camera.width, camera.height])
    needed_m = (camera.focal_px * np.abs(joints_m[..., :2]) / half).max(-1)
    moved = camera.world_to_camera.copy()
    moved[2, 3] += max(float((needed_m - joints_m[..., 2]).max()), 0.0)
    return replace(camera, world_to_camera=moved)


def smooth(poses: Sequence[BodyPose]) -> list[BodyPose]:
    """Average each bone's rotations over neighbouring frames: the elbow's inverse kinematics may jump."""
    rotations: dict[str, Matrix] = {}
    for bone in poses[0].rotations:
        means = average_neighbours(np.array([pose.rotations[bone] for pose in poses]))
        u, _, vt = np.linalg.svd(means)  # the nearest rotation (K. Arun et al., IEEE PAMI 9, 1987)
        u[:, :, 2] *= np.linalg.det(u @ vt)[:, None]
        rotations[bone] = u @ vt
    return [pose.turned({bone: rotations[bone][frame] for bone in rotations}) for frame, pose in enumerate(poses)]


def average_neighbours(values: Matrix) -> Matrix:
    """Average ``(n, ...)`` values of frames over neighbouring frames."""
    half = len(SMOOTHING) // 2
    padded = np.pad(values, ((half, half), *((0, 0),) * (values.ndim - 1)), "edge")
    return np.asarray(sum(weight * padded[shift : shift + len(values)] for shift, weight in enumerate(SMOOTHING)))


def _pose(parts: Sequence[_Part], frame: int) -> tuple[list[Mesh], list[SceneHand]]:
    meshes: list[Mesh] = []
    hands: list[SceneHand] = []
    for part in parts:
        posed = part.actor.person.body.posed(part.poses[frame])
        meshes += meshes_of(part.actor, posed, len(hands))
        hands += [SceneHand(side, posed.joints[side]) for side in SIDES]
    return meshes, hands
