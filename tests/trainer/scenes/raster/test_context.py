"""Messages when OpenGL is not there."""

import sys

import moderngl
import pytest

from handpose_live.types.errors import HandPoseError
from trainer.scenes.raster.context import open_context


def test_without_opengl_the_message_names_the_system_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OSError("libEGL.so not loaded")

    monkeypatch.setattr(moderngl, "create_context", fail)
    with pytest.raises(HandPoseError, match="libegl1 and libgl1-mesa-dri"):
        open_context.__wrapped__()


def test_without_the_packages_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moderngl", None)
    with pytest.raises(HandPoseError, match=r"handpose-live\[render\]"):
        open_context.__wrapped__()
