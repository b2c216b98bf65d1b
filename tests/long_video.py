"""A long video that is written quickly."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av

from handpose_live.types.arrays import Image

ENCODER = {"g": "1", "crf": "35", "preset": "ultrafast", "tune": "zerolatency"}


def write_long_video(path: Path, images: Sequence[Image], frames: int) -> Path:
    """Repeat images at 10 frames per second; each is encoded once as a keyframe and copied."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=10, options=ENCODER)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        raw_frames = [av.VideoFrame.from_ndarray(image, format="rgb24") for image in images]
        encoded = [bytes(packet) for raw_frame in [*raw_frames, None] for packet in stream.encode(raw_frame)]
        for index in range(frames):
            packet = av.Packet(encoded[index % len(encoded)])
            packet.stream, packet.time_base, packet.is_keyframe = stream, Fraction(1, 10), True
            packet.pts = packet.dts = index
            file.mux(packet)
    return path
