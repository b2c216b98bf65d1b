"""What is lost in compression: JPEG as in photos and webcams, H.264 as in video calls."""

from fractions import Fraction

import av
import cv2
import numpy as np

from handpose_live.types.arrays import Image

FINEST, COARSEST = 18, 44  # constant rate factor of H.264


def compress(image: Image, codec: str, quality: float) -> Image:
    """Compress and decompress an image.

    Args:
        image: ``(h, w, 3)`` RGB.
        codec: "jpeg" or "h264".
        quality: 0 (worst) to 1.
    """
    return _jpeg(image, quality) if codec == "jpeg" else _h264(image, quality)


def _jpeg(image: Image, quality: float) -> Image:
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, max(1, round(100 * quality))])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR_RGB), np.uint8)


def _h264(image: Image, quality: float) -> Image:
    """Encode the image as the only one of a video; odd sides are padded, as 4:2:0 needs even ones."""
    height, width = image.shape[:2]
    even = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
    encoder = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width = even.shape[:2]
    encoder.pix_fmt, encoder.time_base, encoder.thread_count = "yuv420p", Fraction(1, 30), 1
    factor = round(COARSEST + (FINEST - COARSEST) * quality)
    encoder.options = {"crf": str(factor), "preset": "ultrafast", "tune": "zerolatency"}
    frame = av.VideoFrame.from_ndarray(even, format="rgb24").reformat(format="yuv420p")
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [frame for packet in (*packets, None) for frame in decoder.decode(packet)]
    return np.ascontiguousarray(frames[0].to_ndarray(format="rgb24")[:height, :width])
