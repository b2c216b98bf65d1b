"""Tracks all hands in view: follows each by the network's own joints and associates detections with tracks."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from handpose_live.detection.detection import Detection, log_odds
from handpose_live.inference.estimator import PoseEstimator
from handpose_live.tracking.smoothing import DEFAULT_STRENGTH
from handpose_live.tracking.stage_times import StageTimes
from handpose_live.tracking.track import CONFIRMATION_S, MAX_FRAME_LOG_ODDS, Track, clip
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand

MIN_SCORE = 0.1  # below it a crop holds no hand; images without one stay far below
MIN_SCORE_DETECTED = 0.05  # sufficient where the detector has just found a hand too
# Distances between the centres of joint boxes, in hand sizes.
MAX_DRIFT = 0.1  # a track farther than this from its detection is moved to it
SAME_HAND_DISTANCE = 0.4  # two estimates closer than this are of one hand
MAX_ASSOCIATION_COST = 2.0  # a detection of a higher cost does not continue a track
MAX_LOST_S = 1.0  # how long a lost track is kept
MIN_SIZE_PX = 12.0  # a smaller joint box has collapsed


class TrackManager:
    """The hands in view, from frame to frame.

    Attributes:
        smoothing: strength of the jitter filter, 0 (off) to 1; may be changed between frames.
    """

    def __init__(self, estimator: PoseEstimator, *, max_hands: int, times: StageTimes) -> None:
        self._estimator, self._max_hands, self._times = estimator, max_hands, times
        self.smoothing = DEFAULT_STRENGTH
        self._tracks: list[Track] = []
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
        self._tracks = [track for track in self._tracks if frame.time_s - track.seen_s <= MAX_LOST_S]
        self._estimate(frame, self.active, min_score=MIN_SCORE)
        self._drop_duplicates()

    def associate(self, frame: Frame, detections: Sequence[Detection]) -> None:
        """Match detections with tracks: they confirm, correct or recover known hands, and start tracks of new ones."""
        certain = [track for track in self.active if not track.uncertain]
        open_tracks = [track for track in self._tracks if track not in certain]
        unmatched = []
        for detection in detections:
            match = next((track for track in certain if track.distance(detection.box) < SAME_HAND_DISTANCE), None)
            if match is None:
                unmatched.append(detection)
            else:
                match.update_handedness(detection.right_log_odds)
        relocated = []
        for track, detection in _assign(open_tracks, unmatched):
            unmatched.remove(detection)
            if self._correct(track, detection, frame.time_s):
                relocated.append(track)
        started = [Track.start(detection) for detection in unmatched]
        self._estimate(frame, relocated + started, min_score=MIN_SCORE_DETECTED)
        for track in relocated + started:
            track.displacement = math.inf  # on a duplicate, a track that was there before takes precedence
        self._add([track for track in started if not track.lost])
        self._drop_duplicates()
        self._drop_excess()

    def hands(self, time_s: float) -> list[Hand]:
        """Return the hands in the newest frame, smoothed, oldest track first."""
        return [
            Hand(
                track_id=track.id,
                side=track.side,
                score=track.score,
                joints=self._smooth(track, time_s),
                joint_scores=track.joint_scores,
                crop=track.crop,
            )
            for track in self.active
        ]

    def _correct(self, track: Track, detection: Detection, time_s: float) -> bool:
        """Update a lost or uncertain track by its detection; returns whether it was moved there."""
        distance = math.inf if track.lost else track.distance(detection.box)
        if distance < SAME_HAND_DISTANCE:
            track.confirm(time_s)
        else:
            track.confirmation_s = CONFIRMATION_S
        if distance > MAX_DRIFT:
            track.relocate(detection)
        track.update_handedness(detection.right_log_odds)
        return distance > MAX_DRIFT

    def _smooth(self, track: Track, time_s: float) -> Floats:
        if not self.smoothing:
            return track.joints
        return track.smooth(track.joints, size_px=track.box.size, time_s=time_s, strength=self.smoothing)

    def _estimate(self, frame: Frame, tracks: Sequence[Track], *, min_score: float) -> None:
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
            joints = crop.to_frame(poses.joints_crop_px[i], info.crop_px)
            track.score = float(poses.hand_scores[i])
            track.lost = track.score < min_score or not _is_plausible(joints, frame.image)
            if track.lost:
                continue
            # Handedness read from a hand that the network hardly recognises counts for little.
            right_log_odds = track.score**2 * clip(log_odds(float(poses.right_scores[i])), MAX_FRAME_LOG_ODDS)
            track.update_handedness(-right_log_odds if crop.mirrored else right_log_odds)
            track.find(joints, poses.joint_scores[i], crop, frame.time_s)

    def _drop_duplicates(self) -> None:
        """Where two tracks are on one hand, lose the one that moved farther to get there."""
        for one, other in combinations(self.active, 2):
            if not one.lost and not other.lost and one.distance(other.box) < SAME_HAND_DISTANCE:
                (one if one.displacement > other.displacement else other).lost = True

    def _drop_excess(self) -> None:
        """Of more than ``max_hands`` hands, lose those with the lowest scores."""
        for track in sorted(self.active, key=lambda track: -track.score)[self._max_hands :]:
            track.lost = True

    def _add(self, tracks: Sequence[Track]) -> None:
        for track in tracks:
            track.id = self._next_id
            self._next_id += 1
            self._tracks.append(track)


def _assign(tracks: Sequence[Track], detections: Sequence[Detection]) -> list[tuple[Track, Detection]]:
    """Assign detections to lost or uncertain tracks greedily, the pairs of the lowest cost first."""
    pairs = [(_association_cost(track, detection), track, detection) for track in tracks for detection in detections]
    assigned: list[tuple[Track, Detection]] = []
    for cost, track, detection in sorted(pairs, key=lambda pair: pair[0]):
        taken = any(track is one or detection is other for one, other in assigned)
        if cost < MAX_ASSOCIATION_COST and not taken:
            assigned.append((track, detection))
    return assigned


def _association_cost(track: Track, detection: Detection) -> float:
    """Distance in hand sizes, plus a penalty where both are certain of their sides and differ."""
    contradiction = math.sqrt(max(0.0, -track.right_log_odds * detection.right_log_odds)) / 2
    return track.distance(detection.box) + min(contradiction, 1.5)


def _is_plausible(joints_frame_px: Floats, image: Image) -> bool:
    """Whether at least 40 % of the joints lie in the image and they have not collapsed into a spot."""
    height, width = image.shape[:2]
    inside = ((joints_frame_px >= 0) & (joints_frame_px < (width, height))).all(axis=1)
    return bool(inside.mean() >= 0.4 and np.ptp(joints_frame_px, axis=0).max() >= MIN_SIZE_PX)
