"""Tracks all hands in view: follows each by the network's own joints and associates detections with tracks."""

import math
from collections.abc import Sequence
from copy import copy
from itertools import combinations
from typing import NamedTuple

import numpy as np

from handpose_live.detection.detection import Detection, log_odds
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.tracking.assignment import assign
from handpose_live.tracking.observation import Observation
from handpose_live.tracking.stage_times import StageTimes
from handpose_live.tracking.track import CONFIRMATION_S, MAX_FRAME_LOG_ODDS, Track, clip, distance
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.crop import Crop
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand

MIN_SCORE = 0.1  # below it a crop holds no hand; images without one stay far below
# Where a detector has just found a hand, its log-odds and the network's have to sum up to this, and the network's score
# has to be at least this, however certain the detector is.
MIN_LOG_ODDS, MIN_SCORE_DETECTED = 0.5, 0.05
# A track follows a detection of this score even where the network does not recognise a hand: it may be blurred. One
# that is less certain is most often something else.
TRUSTED_SCORE = 0.6
SPARE_CROPS = 2  # detections that are looked at in a frame beyond the number of hands that are missing
REJECTED_S = 1.0  # for so long, a detection that turned out to be no hand lets others go first
# Distances between the centres of boxes, in hand sizes.
MAX_DRIFT = 0.1  # a track farther than this from its detection is moved to it
CONFIRMED_DISTANCE = 0.4  # a detection within it confirms a track
OVERLAP_DISTANCE = 0.7  # hands nearer to one another overlap
# Two tracks whose joints are this near on average, in hand sizes, are on one hand. Crops of one hand at different
# offsets, scales, angles and even of both sides give joints within 0.1, while overlapping hands are farther apart.
SAME_HAND_JOINTS = 0.2
MAX_COST = 2.5  # a detection of a higher cost does not continue a track
MAX_LOST_S, MAX_HIDDEN_S = 1.0, 3.0  # how long a lost track is kept, and one that another hand may hide
MIN_SIZE_PX = 12.0  # a smaller joint box has collapsed


class _Move(NamedTuple):
    """A track that was moved to a detection, and a copy of it from before."""

    track: Track
    before: Track
    detection: Detection

    def undo(self) -> None:
        """Put the track back, and take back what the detection said of its side."""
        vars(self.track).update(vars(self.before))


class TrackManager:
    """The hands in view, from frame to frame.

    Attributes:
        palm_size: of the person, in the unit that joints in three dimensions are returned in; may be changed between
            frames.
    """

    def __init__(self, estimator: PoseEstimator, *, max_hands: int, times: StageTimes) -> None:
        self._estimator, self._max_hands, self._times = estimator, max_hands, times
        self.palm_size = 1.0
        self._tracks: list[Track] = []
        self._rejected: list[tuple[Crop, float]] = []
        self._waiting: list[Detection] = []
        self._next_id = 1
        self._time_s = 0.0

    @property
    def active(self) -> list[Track]:
        """Tracks whose hands were found in the newest frame."""
        return [track for track in self._tracks if not track.lost]

    @property
    def needs_detection(self) -> bool:
        """Whether the detector could contribute: a hand may be missing, or a track is lost or uncertain."""
        return len(self.active) < self._max_hands or self.detection_is_urgent

    @property
    def detection_is_urgent(self) -> bool:
        """Whether there is no track, one was just lost, or one is uncertain and unconfirmed."""
        return not self._tracks or any(
            track.lost or (track.uncertain and self._time_s >= track.confirmed_until_s) for track in self._tracks
        )

    def update(self, frame: Frame) -> None:
        """Estimate each hand near its last position; a frame that does not continue the one before drops all tracks."""
        self._time_s = frame.time_s
        if not frame.continues:
            self._tracks.clear()
            self._rejected.clear()
            self._waiting.clear()
        for track in self._tracks:
            if self._overlaps(track):
                track.kept_until_s = min(frame.time_s + MAX_LOST_S, track.seen_s + MAX_HIDDEN_S)
        self._tracks = [track for track in self._tracks if frame.time_s <= track.kept_until_s]
        for track in self._tracks:
            track.min_score = MIN_SCORE
        self._estimate(frame, self.active)
        self._drop_duplicates()
        if not self.needs_detection:
            self._waiting.clear()  # by the time that a hand is missing again, they are long past

    def associate(self, frame: Frame, detections: Sequence[Detection]) -> None:
        """Match detections with tracks: they confirm, correct or recover known hands, and start tracks of new ones."""
        tracks, unmatched, moves = list(self._tracks), list(detections), list[_Move]()
        costs = np.array([[self._cost(track, one) for one in detections] for track in tracks])
        pairs = assign(costs.reshape(len(tracks), len(detections)), MAX_COST) if tracks else []
        for track, detection in ((tracks[row], detections[column]) for row, column in pairs):
            unmatched.remove(detection)
            before = copy(track)
            if self._correct(track, detection):
                moves.append(_Move(track, before, detection))
        started = [Track.start(one, frame.time_s, _min_score(one)) for one in self._next_looks(unmatched)]
        self._estimate(frame, [move.track for move in moves] + started)
        for move in moves:
            if move.track.lost and move.detection.score < TRUSTED_SCORE:
                move.undo()
        for track in started:
            track.surprise = math.inf  # on one hand with another track, that one takes precedence
        self._tracks += started
        self._drop_duplicates()
        self._drop_excess()
        self._admit_new()

    def observations(self, frame: Frame) -> list[Observation]:
        """Return the hands in the newest frame, oldest track first."""
        height, width = frame.image.shape[:2]
        return [
            Observation(_hand(track), track.joints, track.box.size, frame.time_s, (width, height), self.palm_size)
            for track in self.active
        ]

    def _cost(self, track: Track, detection: Detection) -> float:
        """Cost for a detection to continue a track; infinite for one that cannot.

        In hand sizes: the distance from where the track is expected, plus the differences in size, direction and side.
        """
        expected, box = track.predict(self._time_s), detection.box
        scale = abs(math.log(box.size / expected.size))
        turn = abs(math.remainder(box.angle - expected.angle, math.tau)) / math.pi
        contradiction = math.sqrt(max(0.0, -track.right_log_odds * detection.right_log_odds)) / 2
        is_certain = not (track.lost or track.uncertain)
        if is_certain and distance(expected, box) > CONFIRMED_DISTANCE:
            return math.inf
        doubt = 0.3 * track.lost + 0.5 * (1 - detection.score)
        return distance(expected, box) + 0.5 * scale + 0.3 * turn + min(contradiction, 1.0) + doubt

    def _next_looks(self, detections: Sequence[Detection]) -> list[Detection]:
        """Of detections that continue no track, return those to look at in this frame.

        While no hand is in view, these are all that are worth it. Else there is one a frame, from the next frame on: no
        frame takes much longer than the others.
        """
        worth, waiting = self._worth_a_look(detections), self._worth_a_look(self._waiting)
        if not self.active:
            self._waiting = []
            return worth or waiting
        self._waiting = worth or waiting[1:]
        return waiting[:1]

    def _worth_a_look(self, detections: Sequence[Detection]) -> list[Detection]:
        """Of detections that continue no track, return the best, as many as hands may be missing and some to spare."""
        missing = max(self._max_hands - len(self.active), 0)
        unknown = [one for one in detections if not self._is_known(one)]
        if self.active:  # the time of the hands in view is worth more than another look at what is none
            unknown = [one for one in unknown if not self._was_rejected(one)]
        return sorted(unknown, key=lambda one: (self._was_rejected(one), -one.score))[: missing + SPARE_CROPS]

    def _was_rejected(self, detection: Detection) -> bool:
        """Whether the network has just seen that there is no hand."""
        self._rejected = [(box, time_s) for box, time_s in self._rejected if self._time_s - time_s < REJECTED_S]
        return any(distance(box, detection.box) < MAX_DRIFT for box, _ in self._rejected)

    def _is_known(self, detection: Detection) -> bool:
        """Whether a detection that continues no track is another one of a tracked hand."""
        return any(
            distance(track.box, detection.box) < MAX_DRIFT and track.side == detection.side for track in self.active
        )

    def _correct(self, track: Track, detection: Detection) -> bool:
        """Update a track by its detection; returns whether it was moved there."""
        offset = math.inf if track.lost else distance(track.box, detection.box)
        track.add_evidence(detection.right_log_odds)
        if not (track.lost or track.uncertain):
            return False
        if offset < CONFIRMED_DISTANCE:
            track.confirm(self._time_s)
        else:
            track.confirmation_s = CONFIRMATION_S
        if offset > MAX_DRIFT:
            track.relocate(detection, self._time_s)
            track.min_score = _min_score(detection)
        return offset > MAX_DRIFT

    def _estimate(self, frame: Frame, tracks: Sequence[Track]) -> None:
        """Run the network on the crops of some tracks, as one batch; each track is updated or lost."""
        if not tracks:
            return
        info = self._estimator.info
        crops = [track.next_crop(info.crop_margin) for track in tracks]
        with self._times.measure("crop"):
            images = np.stack([crop.cut(frame.image, info.crop_px) for crop in crops])
        with self._times.measure("network"):
            poses = self._estimator(images)
        for i, (track, crop) in enumerate(zip(tracks, crops, strict=True)):
            depths = poses.depths_crop_px[i] * (crop.size / info.crop_px)
            joints = np.column_stack([crop.to_frame(poses.joints_crop_px[i], info.crop_px), depths])
            track.score = float(poses.hand_scores[i])
            track.lost = track.score < track.min_score or not _is_plausible(joints[:, :2], frame.image)
            if track.lost:
                continue
            # Handedness read from a hand that the network hardly recognises counts for little.
            right_log_odds = track.score**2 * clip(log_odds(float(poses.right_scores[i])), MAX_FRAME_LOG_ODDS)
            track.reading = -right_log_odds if crop.mirrored else right_log_odds
            elapsed_s = frame.time_s - track.seen_s
            track.find(joints, poses.joint_scores[i], poses.visible_scores[i], crop, frame.time_s)
            track.kept_until_s = frame.time_s + MAX_LOST_S
            if not self._overlaps(track):
                track.add_evidence(track.reading, elapsed_s)

    def _overlaps(self, track: Track) -> bool:
        """Whether another hand is so near that what is read from the crop may be its."""
        return any(other is not track and distance(track.box, other.box) < OVERLAP_DISTANCE for other in self.active)

    def _drop_duplicates(self) -> None:
        """Where two tracks are on one hand, lose the one that does not belong there."""
        for one, other in combinations(self.active, 2):
            if not one.lost and not other.lost and _are_on_one_hand(one, other):
                max(one, other, key=_strangeness).lost = True

    def _drop_excess(self) -> None:
        """Of more than ``max_hands`` hands, lose those with the lowest scores."""
        for track in sorted(self.active, key=lambda track: -track.score)[self._max_hands :]:
            track.lost = True

    def _admit_new(self) -> None:
        """Give new tracks their ids; those that turned out to be no hand, or none of their own, are forgotten."""
        self._rejected += [(track.box, self._time_s) for track in self._tracks if not track.id and track.lost]
        self._tracks = [track for track in self._tracks if track.id or not track.lost]
        for track in self._tracks:
            if not track.id:
                track.id = self._next_id
                self._next_id += 1


def _hand(track: Track) -> Hand:
    has_depths = bool(np.isfinite(track.joints[:, 2]).all())
    return Hand(
        track_id=track.id,
        side=track.side,
        score=track.score,
        joints=track.joints[:, :2],
        joint_scores=track.joint_scores,
        crop=track.crop,
        visible_scores=track.visible_scores if has_depths else None,
    )


def _min_score(detection: Detection) -> float:
    """Below it a crop at a detection holds no hand: the less certain the detector was, the more the network must be."""
    return max(MIN_SCORE_DETECTED, 1 / (1 + math.exp(log_odds(detection.score) - MIN_LOG_ODDS)))


def _are_on_one_hand(one: Track, other: Track) -> bool:
    size = max(one.box.size, other.box.size)
    return float(np.linalg.norm((one.joints - other.joints)[:, :2], axis=1).mean()) < SAME_HAND_JOINTS * size


def _strangeness(track: Track) -> float:
    """How little a track belongs to the hand that it is on: by its motion, and by the side that the hand looks like."""
    return track.surprise + 0.2 * track.contradiction


def _is_plausible(joints_frame_px: Floats, image: Image) -> bool:
    """Whether at least 40 % of the joints lie in the image and they have not collapsed into a spot."""
    height, width = image.shape[:2]
    inside = ((joints_frame_px >= 0) & (joints_frame_px < (width, height))).all(axis=1)
    return bool(inside.mean() >= 0.4 and np.ptp(joints_frame_px, axis=0).max() >= MIN_SIZE_PX)
