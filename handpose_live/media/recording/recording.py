"""A recording: an annotated video, a clean one, and a landmark file, all on one clock."""

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from handpose_live.media.letterbox import letterbox, letterbox_rect
from handpose_live.media.recording.clock import RecordingClock
from handpose_live.media.recording.deferred_signals import deferred_signals
from handpose_live.media.recording.h264 import encodable_size
from handpose_live.media.recording.landmarks import LandmarkWriter, open_landmarks
from handpose_live.media.recording.video_writer import VideoWriter
from handpose_live.media.source import DEFAULT_FPS, SourceInfo
from handpose_live.types.arrays import Image
from handpose_live.types.frame import Frame
from handpose_live.types.hand import Hand


@dataclass(frozen=True)
class RecordingFiles:
    """Paths of a recording's files; a file whose path is None is not written.

    Attributes:
        annotated: video with the hands drawn on it.
        clean: video without them.
        landmarks: see :mod:`handpose_live.media.recording.landmarks`.
    """

    annotated: Path | None = None
    clean: Path | None = None
    landmarks: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths of the files that are written."""
        return tuple(path for path in (self.annotated, self.clean, self.landmarks) if path is not None)


class Recording:
    """The open files of a recording, which all hold the same frames on the same clock.

    The videos, and the px of the landmark file, have the size of the source. Frames of another size, as a camera may
    send after it is plugged in again, are letterboxed to it with their joints. Separate images are letterboxed only in
    the videos; their records in the landmark file have their own size, and joints in px of it.

    Where a video is scaled down, since H.264 allows no larger one, the landmark file's header has ``video_width`` and
    ``video_height``; joints stay in px of the source.

    Attributes:
        files: their paths.
        frames: number of frames written so far.
        dropped: number of frames that the videos lack because an encoder could not keep up with a live source. They
            are in the landmark file, without a time in the video.
        paused: frames are ignored, and the clock stands still.
    """

    def __init__(
        self,
        files: RecordingFiles,
        info: SourceInfo,
        *,
        hand_length_mm: float | None = None,
        header: Mapping[str, Any] | None = None,
    ) -> None:
        """Open the files, replacing existing ones.

        Args:
            files: at least one.
            info: of the source to be recorded.
            hand_length_mm: of the person, if the hands' joints in three dimensions are in mm.
            header: further entries of the landmark file's header. Videos have them as JSON in their comment tag.

        Raises:
            HandPoseError: one of them cannot be written.
        """
        self.files = files
        self.frames, self.dropped, self.paused = 0, 0, False
        self._width, self._height, self._live = info.width, info.height, info.live
        self._separate_images = info.separate_images
        fps = info.fps if info.fps and math.isfinite(info.fps) else DEFAULT_FPS
        self._clock = RecordingClock(1 / fps)
        self._closed = False
        self._lock = Lock()
        with ExitStack() as undo:
            self._videos = self._open_videos(info, header, undo)
            # Last, since it replaces an existing file at once.
            self._landmarks = self._open_landmarks(info, hand_length_mm, header, undo)
            undo.pop_all()

    @property
    def time_s(self) -> float:
        """Time of the newest frame on the recording's clock, in seconds."""
        return self._clock.time_s

    @property
    def needs_annotated(self) -> bool:
        """Whether :meth:`write` needs images with the hands drawn on them."""
        return self.files.annotated is not None and not self.paused

    @property
    def warnings(self) -> list[str]:
        """How the videos differ so far from the frames, one sentence each."""
        return [warning for video, _ in self._videos for warning in video.warnings]

    @property
    def size_bytes(self) -> int:
        """Size of all files so far, in bytes."""
        return sum(_size_bytes(path) for path in self.files.paths)

    def cut(self) -> None:
        """Let the next frame come one period after the last, however much time passes between them."""
        self._clock.cut()

    def write(self, frame: Frame, hands: Sequence[Hand], annotated: Image | None) -> None:
        """Add a frame to all files, or to none while the recording is paused or closed.

        Of a live source, a frame for which an encoder has no room is added only to the landmarks.

        Args:
            frame: of any size.
            hands: in the frame, joints in px of it.
            annotated: the frame's image with the hands drawn on it. If it is None although an annotated video is
                written, the recording was paused when it should have been drawn, and the frame is ignored.

        Raises:
            HandPoseError: one of the files cannot be written. Call :meth:`close`; what was written is kept.
        """
        with deferred_signals(), self._lock:  # so that no frame is written to some of the files only
            if self._closed:
                return
            if self.paused or (annotated is None and self.files.annotated is not None):
                self._clock.cut()
                return
            self._clock.advance(frame.time_s, continues=frame.continues)
            video_time_s = self._write_videos(frame.image, annotated)
            self._write_landmarks(frame, hands, video_time_s)
            self.frames += 1

    def close(self) -> None:
        """Finish the files. May be called twice.

        Raises:
            HandPoseError: not everything could be written.
        """
        with self._lock, ExitStack() as stack:
            self._closed = True
            for video, _ in self._videos:
                stack.callback(video.close)
            if self._landmarks is not None:
                stack.callback(self._landmarks.close)

    def _open_videos(
        self, info: SourceInfo, header: Mapping[str, Any] | None, undo: ExitStack
    ) -> list[tuple[VideoWriter, bool]]:
        """Open the videos, each with whether the hands are drawn on it."""
        comment = json.dumps(dict(header)) if header else ""
        videos = []
        for path, with_hands in ((self.files.annotated, True), (self.files.clean, False)):
            if path is not None:
                video = VideoWriter(path, width=info.width, height=info.height, fps=info.fps, comment=comment)
                undo.callback(video.close)
                videos.append((video, with_hands))
        return videos

    def _open_landmarks(
        self, info: SourceInfo, hand_length_mm: float | None, header: Mapping[str, Any] | None, undo: ExitStack
    ) -> LandmarkWriter | None:
        if self.files.landmarks is None:
            return None
        landmarks = open_landmarks(
            self.files.landmarks,
            source=info.name,
            width=info.width,
            height=info.height,
            fps=info.fps,
            hand_length_mm=hand_length_mm,
            separate_images=info.separate_images,
            extra=self._video_size_entries() | dict(header or {}),
        )
        undo.callback(landmarks.close)
        return landmarks

    def _write_videos(self, clean: Image, annotated: Image | None) -> float | None:
        """Add an image to all videos or to none; return its time in them, in seconds."""
        if self._live and not all(video.has_room for video, _ in self._videos):
            self.dropped += 1
            return None
        times_s = []
        for video, with_hands in self._videos:
            image = annotated if with_hands and annotated is not None else clean
            times_s.append(video.write(letterbox(image, self._width, self._height), self.time_s))
        return times_s[0] if times_s else None

    def _write_landmarks(self, frame: Frame, hands: Sequence[Hand], video_time_s: float | None) -> None:
        if self._landmarks is None:
            return
        picture = None
        if self._separate_images:
            picture = (frame.file_name, frame.image.shape[1], frame.image.shape[0])
        else:
            hands = [self._letterbox_hand(hand, frame.image) for hand in hands]
        self._landmarks.write(frame.index, frame.time_s, hands, video_time_s=video_time_s, picture=picture)

    def _letterbox_hand(self, hand: Hand, image: Image) -> Hand:
        """Convert a hand's joints from px of the image to px of the recording."""
        height, width = image.shape[:2]
        if (width, height) == (self._width, self._height):
            return hand
        x, y, fitted_width, fitted_height = letterbox_rect(
            width, height, box_width=self._width, box_height=self._height
        )
        joints = hand.joints * (fitted_width / width, fitted_height / height) + (x, y)
        return replace(hand, joints=np.asarray(joints, np.float32))

    def _video_size_entries(self) -> dict[str, int]:
        """Return the entries of the landmark file's header for videos that are scaled down."""
        width, height = encodable_size(self._width, self._height)
        is_smaller = self._videos and (width < self._width or height < self._height)
        return {"video_width": width, "video_height": height} if is_smaller else {}


def _size_bytes(path: Path) -> int:
    with suppress(OSError):  # it may have been deleted
        return path.stat().st_size
    return 0
