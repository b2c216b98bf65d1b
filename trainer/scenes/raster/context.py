"""The OpenGL context: one for each process."""

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.errors import HandPoseError

if TYPE_CHECKING:
    import moderngl

OPENGL = 330
SHADERS = Path(__file__).parent / "shaders"


@cache
def open_context() -> "moderngl.Context":
    """Open the context of this process, without a window: on a GPU's driver, or else on Mesa's software.

    Raises:
        HandPoseError: a package or a system library is missing.
    """
    try:
        import moderngl
    except ImportError as error:
        message = 'Rendering people needs the packages of the extra "render": pip install "handpose-live[render]".'
        raise HandPoseError(message) from error
    try:
        backend: dict[str, Any] = {"backend": "egl"} if sys.platform == "linux" else {}
        context = moderngl.create_context(standalone=True, require=OPENGL, **backend)
    except Exception as error:  # what moderngl raises here has no common type
        message = (
            f"OpenGL {OPENGL // 100}.{OPENGL // 10 % 10} cannot start without a window; "
            "on Debian and Ubuntu, install libegl1 and libgl1-mesa-dri, or the driver of your GPU."
        )
        raise HandPoseError(message) from error
    context.gc_mode = "auto"
    return context


def read_shader(name: str, *defines: str) -> str:
    """Return the source of a shader, with the files that it includes and definitions for its preprocessor."""
    lines = (SHADERS / name).read_text(encoding="utf-8").splitlines()
    source = "\n".join(read_shader(line.split('"')[1]) if line.startswith("#include") else line for line in lines)
    # Nothing but comments may stand before the version.
    version, defined = f"#version {OPENGL}", "".join(f"\n#define {define}" for define in defines)
    return source.replace(version, version + defined)


def set_uniform(program: "moderngl.Program", name: str, value: NDArray[np.floating]) -> None:
    """Set a uniform of floats."""
    cast("moderngl.Uniform", program[name]).write(np.ascontiguousarray(value, np.float32).tobytes())
