"""Inverse kinematics of an arm: from where the hand is to how clavicle, elbow, forearm and wrist are turned.

Everything is computed in the frame of the chest, at rest. The elbow of a two-bone chain lies on a circle (D. Tolani, A.
Goswami, N. Badler, "Real-time inverse kinematics techniques for anthropomorphic limbs", Graphical Models 62, 2000);
where on it, is chosen so that forearm and wrist stay within their limits and the arm outside the body.
"""

from dataclasses import dataclass, replace

import numpy as np

from handpose_live.types.hand import Side

from .body import Body
from .obstacles import Capsules, arm_capsules, body_capsules
from .pose import BodyPose, bone_of
from .rotations import Matrix, about, frame, rotation_between, rotation_y

# From the upper arm, at both ends of what the elbow can do.
MIN_ELBOW, MAX_ELBOW = np.deg2rad(32.0), np.deg2rad(177.0)
# Pronation and supination from the position with the thumb up, and rotation of the upper arm from the one at rest.
MAX_FOREARM_TWIST, MAX_UPPER_TWIST = np.deg2rad(82.0), np.deg2rad(80.0)
# Extension and flexion towards the palm, then deviation away from the thumb and towards it.
WRIST_LIMITS = np.deg2rad([(-65.0, 72.0), (-32.0, 20.0)])
SWIVELS = np.deg2rad(np.arange(-40, 126, 22.0))
CLAVICLE_SHARE, MAX_CLAVICLE = 0.2, np.deg2rad(25.0)
INSIDE_COST, SWIVEL_COST = 400.0, 0.08  # per m² inside the body and rad² off the preferred swivel
NATURAL_COST = 0.01  # below which no other swivel is tried
ARM_RADIUS = 0.04  # metres
CHEST = "spine01"
OTHER: dict[Side, Side] = {"left": "right", "right": "left"}


@dataclass(frozen=True, eq=False)
class Arm:
    """An arm at rest.

    Attributes:
        side: whose arm it is.
        clavicle, shoulder, elbow, wrist: ``(3,)`` joints.
        upper, fore, hand: ``(3, 3)`` axes of the upper arm, the forearm and the hand.
    """

    side: Side
    clavicle: Matrix
    shoulder: Matrix
    elbow: Matrix
    wrist: Matrix
    upper: Matrix
    fore: Matrix
    hand: Matrix

    @classmethod
    def of(cls, body: Body, side: Side) -> "Arm":
        """Return a body's arm."""
        joints = [body.head(bone_of(side, name)) for name in ("clavicle", "upperarm01", "lowerarm01", "wrist")]
        axes = [body.frame(bone_of(side, name)) for name in ("upperarm01", "lowerarm01", "wrist")]
        return cls(side, *(joint.astype(np.float64) for joint in joints), *axes)

    @property
    def outwards(self) -> int:
        """1 if outwards is +x, else -1."""
        return 1 if self.side == "left" else -1


@dataclass(frozen=True, eq=False)
class Solution:
    """An arm that reaches a place, as ``(3, 3)`` rotations of its bones from rest in the chest's frame.

    Attributes:
        cost: how unnatural it is.
        rotations: of the bones by name, without the side.
    """

    cost: float
    rotations: dict[str, Matrix]


def reach(
    body: Body, pose: BodyPose, side: Side, wrist_position: Matrix, wrist_rotation: Matrix, *, swivel: float = 0.4
) -> BodyPose:
    """Bring a hand to a place.

    Args:
        body: the person.
        pose: of the rest of the body.
        side: which arm.
        wrist_position: ``(3,)`` metres in the world. A place out of reach, or inside torso, head or thighs, is moved to
            the nearest one that is not. If the pose has turned the other arm, this one passes around it.
        wrist_rotation: ``(3, 3)`` from the hand's frame (see :mod:`.fingers`) to the world; the hand turns as far
            towards it as the joints allow.
        swivel: preferred elevation of the elbow, radians: 0 hangs down, pi / 2 is lifted outwards.
    """
    posed = body.posed(pose)
    to_chest = np.linalg.inv(posed.transforms[body.model.bones.index(CHEST)])
    position = to_chest[:3, :3] @ wrist_position + to_chest[:3, 3]
    rotation = to_chest[:3, :3] @ wrist_rotation
    obstacles = body_capsules(posed).transformed(to_chest)
    arm = Arm.of(body, side)
    position, rotation = _outside(obstacles, position, rotation)
    if bone_of(OTHER[side], "upperarm01") in pose.rotations:
        obstacles = obstacles.joined(arm_capsules(posed, OTHER[side]).transformed(to_chest))
    best = _solve(arm, obstacles, position, rotation, swivel)
    for angle in SWIVELS if best.cost > NATURAL_COST else ():
        other = _solve(arm, obstacles, position, rotation, angle)
        if other.cost + SWIVEL_COST * (angle - swivel) ** 2 < best.cost:
            best = replace(other, cost=other.cost + SWIVEL_COST * (angle - swivel) ** 2)
    return pose.turned(_local(body, side, best.rotations))


def _outside(obstacles: Capsules, position: Matrix, rotation: Matrix) -> tuple[Matrix, Matrix]:
    """Return the wrist's position and rotation with the hand outside the body."""
    for _ in range(3):
        middle = position + 0.07 * rotation[:, 1]
        for point in (position, middle):
            position = position + obstacles.push(point, 0.5 * ARM_RADIUS)
    return position, rotation


def _solve(arm: Arm, obstacles: Capsules, position: Matrix, rotation: Matrix, swivel: float) -> Solution:
    """Return the arm with its elbow at one swivel angle."""
    clavicle = _clavicle(arm, position)
    shoulder = arm.clavicle + clavicle @ (arm.shoulder - arm.clavicle)
    elbow, wrist, hinge = _elbow(arm, shoulder, position, swivel)
    upper, fore = frame(elbow - shoulder, hinge), frame(wrist - elbow, hinge)
    bones = {"clavicle": clavicle, "shoulder01": clavicle}
    upper_cost = _add_upper_arm(arm, bones, upper)
    twist_cost = _add_forearm_and_hand(arm, bones, fore, rotation)
    hand_end = wrist + 0.09 * (bones["wrist"] @ arm.hand)[:, 1]
    inside = obstacles.depth(np.array([shoulder + 0.5 * (elbow - shoulder), elbow, wrist]), ARM_RADIUS)
    inside += obstacles.depth(np.array([elbow, wrist, hand_end]), 0.5 * ARM_RADIUS)
    return Solution(upper_cost + twist_cost + INSIDE_COST * inside**2, bones)


def _clavicle(arm: Arm, position: Matrix) -> Matrix:
    """Return how the clavicle follows the arm: a share of the way, most of it upwards and forwards."""
    turn = rotation_between(arm.shoulder - arm.clavicle, position - arm.clavicle)
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    if np.linalg.norm(axis) < 1e-6:
        return np.eye(3)
    angle = np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)) * CLAVICLE_SHARE
    lowers = position[2] < arm.shoulder[2]
    return about(axis, min(angle * (0.4 if lowers else 1.0), MAX_CLAVICLE))


def _elbow(arm: Arm, shoulder: Matrix, position: Matrix, swivel: float) -> tuple[Matrix, Matrix, Matrix]:
    """Return elbow, wrist and the axis of the elbow, with the wrist moved to where it can be."""
    first, second = np.linalg.norm(arm.elbow - arm.shoulder), np.linalg.norm(arm.wrist - arm.elbow)
    shortest, longest = (
        np.sqrt(first**2 + second**2 - 2 * first * second * np.cos(angle)) for angle in (MIN_ELBOW, MAX_ELBOW)
    )
    distance = np.linalg.norm(position - shoulder)
    along = (position - shoulder) / distance if distance > 1e-6 else np.array([0.0, -1.0, 0.0])
    distance = np.clip(distance, shortest, longest)
    cos = (first**2 + distance**2 - second**2) / (2 * first * distance)
    # Of a hanging arm, the elbow points backwards; of one held forwards, downwards.
    down = np.array([0.35 * arm.outwards, 0.45, -0.8])
    down -= along * (down @ along)
    down /= np.linalg.norm(down)
    side = arm.outwards * np.cross(along, down)
    offset = np.cos(swivel) * down + np.sin(swivel) * side
    elbow = shoulder + first * (cos * along + np.sqrt(max(1 - cos**2, 0)) * offset)
    return elbow, shoulder + distance * along, np.cross(offset, along)


def _add_upper_arm(arm: Arm, bones: dict[str, Matrix], upper: Matrix) -> float:
    """Add the upper arm, its twist spread over two bones; return the cost of too much of it."""
    whole = upper @ arm.upper.T
    swing = rotation_between(bones["clavicle"] @ arm.upper[:, 1], upper[:, 1]) @ bones["clavicle"]
    twist = _angle_about_y(upper.T @ swing @ arm.upper)  # what swing has too much
    bones["upperarm01"] = upper @ rotation_y(0.5 * twist) @ arm.upper.T
    bones["upperarm02"] = whole
    return float(max(abs(twist) - MAX_UPPER_TWIST, 0) ** 2)


def _add_forearm_and_hand(arm: Arm, bones: dict[str, Matrix], fore: Matrix, rotation: Matrix) -> float:
    """Add forearm and hand within their limits; return the cost of what had to be cut off."""
    wanted_twist, wanted_bend = _wrist_angles(arm, fore.T @ rotation)
    neutral = np.pi / 2 * arm.outwards
    deviation = (wanted_twist - neutral + np.pi) % (2 * np.pi) - np.pi
    twist = neutral + np.clip(deviation, -MAX_FOREARM_TWIST, MAX_FOREARM_TWIST)
    bend = np.clip(wanted_bend, *WRIST_LIMITS.T)
    at_rest, _ = _wrist_angles(arm, arm.fore.T @ arm.hand)
    turned = (twist - at_rest + np.pi) % (2 * np.pi) - np.pi
    bones["lowerarm01"] = fore @ rotation_y(0.3 * turned) @ arm.fore.T
    bones["lowerarm02"] = fore @ rotation_y(0.75 * turned) @ arm.fore.T
    bones["wrist"] = fore @ _wrist(arm, twist, bend) @ arm.hand.T
    return float(max(abs(deviation) - MAX_FOREARM_TWIST, 0) ** 2 + ((bend - wanted_bend) ** 2).sum())


def _wrist_angles(arm: Arm, relative: Matrix) -> tuple[float, Matrix]:
    """Return the twist of a hand relative to its forearm, and ``(2,)`` flexion and deviation towards the thumb."""
    swing = rotation_between(np.array([0.0, 1.0, 0.0]), relative[:, 1])
    twist = swing.T @ relative
    x, y, z = twist.T @ relative[:, 1]
    flat = np.hypot(x, y)
    return _angle_about_y(twist), np.array([np.arctan2(z, np.copysign(flat, y)), -arm.outwards * np.arctan2(x, abs(y))])


def _wrist(arm: Arm, twist: float, bend: Matrix) -> Matrix:
    """Return a hand's ``(3, 3)`` axes relative to its forearm, the inverse of ``_wrist_angles``."""
    flexion, deviation = bend
    x, y = np.cos(flexion) * np.sin(-arm.outwards * deviation), np.cos(flexion) * np.cos(deviation)
    turned = rotation_y(twist)
    return rotation_between(np.array([0.0, 1.0, 0.0]), turned @ np.array([x, y, np.sin(flexion)])) @ turned


def _angle_about_y(rotation: Matrix) -> float:
    return float(np.arctan2(rotation[0, 2] - rotation[2, 0], rotation[0, 0] + rotation[2, 2]))


def _local(body: Body, side: Side, bones: dict[str, Matrix]) -> dict[str, Matrix]:
    """Return rotations relative to the parents, in the axes of the bones at rest."""
    local, parent = {}, np.eye(3)
    for name, rotation in bones.items():
        axes = body.frame(bone_of(side, name))
        local[bone_of(side, name)] = axes.T @ parent.T @ rotation @ axes
        parent = rotation
    return local
