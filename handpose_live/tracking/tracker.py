"""Follows each hand with the network's own joints, and knows which hand is which."""

import math
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from handpose_live.inference.estimator import PoseEstimator
from handpose_live.tracking.detector import Detection, log_odds
from handpose_live.tracking.stage_times import StageTimes
from handpose_live.tracking.track import LOOK_LIMIT, TRUST_S, Track, clip
from handpose_live.types.arrays import Floats, Image
from handpose_live.types.crop import Crop
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand

MIN_SCORE = 0.1  # below it a crop holds no hand; pictures without one stay far below
MIN_SCORE_DETECTED = 0.05  # enough where the detector has just found a hand too
SLIPPED = 0.1  # how far, in hand sizes, a followed hand may be from where the detector finds it
SAME_HAND = 0.4  # distance of their joint boxes' middles, in hand sizes, under which two finds are one hand
REACH = 2.0  # how far, in hand sizes, a hand may have come since it was lost
MEMORY_S = 1.0  # how long a lost hand keeps its id
MIN_SIZE_PX = 12.0  # a joint box smaller than this has collapsed


class TrackManager:
    """The hands in view, from frame to frame.

    Attributes:
        smoothing: strength, 0 for none to 1; may be changed at any time.
    """

    def __init__(self, estimator: PoseEstimator, *, max_hands: int, smoothing: float, times: StageTimes) -> None:
        self._estimator, self._max_hands, self._times = estimator, max_hands, times
        self.smoothing = smoothing
        self._tracks: list[Track] = []
        self._next_id = 1
        self._time_s = 0.0

    @property
    def followed(self) -> list[Track]:
        """Hands found in the newest frame."""
        return [track for track in self._tracks if not track.lost]

    @property
    def needs_detection(self) -> bool:
        """The detector may have something to say: there is room for a hand, or doubt about one."""
        return len(self.followed) < self._max_hands or self.detection_is_urgent

    @property
    def detection_is_urgent(self) -> bool:
        """No hand is followed, one was lost a moment ago, or one is in doubt."""
        return not self._tracks or any(
            track.lost or (track.doubtful and self._time_s >= track.trusted_s) for track in self._tracks
        )

    def follow(self, frame: Frame) -> None:
        """Look for each hand where it was last; in a frame that continues nothing there is none to look for."""
        self._time_s = frame.time_s
        if not frame.continues:
            self._tracks.clear()
        self._tracks = [track for track in self._tracks if frame.time_s - track.seen_s <= MEMORY_S]
        self._look(frame, self.followed, min_score=MIN_SCORE)
        self._merge()

    def associate(self, frame: Frame, detections: Sequence[Detection]) -> None:
        """Take what the detector found: new hands, lost ones again, a word on known ones."""
        sure = [track for track in self.followed if not track.doubtful]
        others = [track for track in self._tracks if track not in sure]
        strangers = []
        for detection in detections:
            known = next((track for track in sure if track.distance(detection.joints) < SAME_HAND), None)
            if known is None:
                strangers.append(detection)
            else:
                known.update_handedness(detection.right_odds)
        found = _assign(others, strangers)
        looks = []
        for track, detection in found:
            strangers.remove(detection)
            distance = math.inf if track.lost else track.distance(detection.joints)
            if distance < SAME_HAND:
                track.trust(frame.time_s)
            else:
                track.trust_s = TRUST_S
            if distance > SLIPPED:
                track.place(detection)
                looks.append(track)
            track.update_handedness(detection.right_odds)
        started = [Track.start(detection) for detection in strangers]
        looks += started
        self._look(frame, looks, min_score=MIN_SCORE_DETECTED)
        for track in looks:
            track.moved = math.inf  # whoever is followed already has the better claim to a hand
        self._welcome(track for track in started if not track.lost)
        self._merge()
        self._drop_surplus()

    def hands(self, time_s: float) -> list[Hand]:
        """The hands in the newest frame, smoothed where that is asked for, oldest first."""
        return [
            Hand(
                track_id=track.id,
                side=track.side,
                score=track.score,
                joints=self._smooth(track, time_s),
                joint_scores=track.joint_scores,
                crop=track.crop,
            )
            for track in self.followed
        ]

    def _smooth(self, track: Track, time_s: float) -> Floats:
        if not self.smoothing:
            return track.joints
        size_px = track.size_px
        return track.smooth(track.joints, size_px=size_px, time_s=time_s, strength=self.smoothing)

    def _look(self, frame: Frame, tracks: Sequence[Track], *, min_score: float) -> None:
        """Run the network on the crops of some tracks, as one batch, and update or lose them."""
        if not tracks:
            return
        info = self._estimator.info
        crops = [
            Crop.around(track.joints, margin=info.crop_margin * track.crop_padding, mirrored=track.side == "left")
            for track in tracks
        ]
        with self._times.measure("crop"):
            images = np.stack([crop.cut(frame.image, info.crop_px) for crop in crops])
        with self._times.measure("network"):
            poses = self._estimator(images)
        for i, (track, crop) in enumerate(zip(tracks, crops, strict=True)):
            joints = crop.to_frame(poses.joints_crop_px[i], info.crop_px)
            track.score = float(poses.hand_scores[i])
            track.lost = track.score < min_score or not _plausible(joints, frame.image)
            if track.lost:
                continue
            # What the network thinks of a hand that it hardly makes out counts for little.
            looks_right = track.score**2 * clip(log_odds(float(poses.right_scores[i])), LOOK_LIMIT)
            track.update_handedness(-looks_right if crop.mirrored else looks_right)
            track.moved = track.distance(joints)
            track.joints, track.joint_scores = joints, poses.joint_scores[i]
            track.crop, track.seen_s = crop, frame.time_s

    def _merge(self) -> None:
        """Where two tracks sit on one hand, the one that came from farther away is lost: it is not its hand."""
        for one, other in combinations(self.followed, 2):
            if not one.lost and not other.lost and one.distance(other.joints) < SAME_HAND:
                (one if one.moved > other.moved else other).lost = True

    def _drop_surplus(self) -> None:
        """Of too many hands, lose those with the lowest scores."""
        for track in sorted(self.followed, key=lambda track: -track.score)[self._max_hands :]:
            track.lost = True

    def _welcome(self, tracks: Iterable[Track]) -> None:
        """Follow new hands from now on."""
        for track in tracks:
            track.id = self._next_id
            self._next_id += 1
            self._tracks.append(track)


def _assign(tracks: Sequence[Track], detections: Sequence[Detection]) -> list[tuple[Track, Detection]]:
    """Which detection is which lost or doubtful hand: the likeliest pairs first, none beyond reach."""
    pairs = [(_unlikeliness(track, detection), track, detection) for track in tracks for detection in detections]
    chosen: list[tuple[Track, Detection]] = []
    for unlikeliness, track, detection in sorted(pairs, key=lambda pair: pair[0]):
        taken = any(track is one or detection is other for one, other in chosen)
        if unlikeliness < REACH and not taken:
            chosen.append((track, detection))
    return chosen


def _unlikeliness(track: Track, detection: Detection) -> float:
    """Distance in hand sizes, and more where both are certain of their sides and differ."""
    contradiction = math.sqrt(max(0.0, -track.right_odds * detection.right_odds)) / 2
    return track.distance(detection.joints) + min(contradiction, 1.5)


def _plausible(joints_frame_px: Floats, image: Image) -> bool:
    """Whether joints lie in the picture, at least about half of them, and have not collapsed into a spot."""
    height, width = image.shape[:2]
    inside = ((joints_frame_px >= 0) & (joints_frame_px < (width, height))).all(axis=1)
    return bool(inside.mean() >= 0.4 and np.ptp(joints_frame_px, axis=0).max() >= MIN_SIZE_PX)
