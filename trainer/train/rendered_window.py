"""The window of rendered people that a training run looks through."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from lightning_fabric import Fabric

from ..data.prefetch import cores_of_a_process
from ..data.rendering import SEED_OFFSET, RenderedWindow
from ..scenes.scene import SCENES_WITH_PEOPLE, SceneConfig
from .options import FitOptions

Rendered = TypeVar("Rendered")


def open_window(
    options: FitOptions,
    render: Callable[[int, SceneConfig, int], Sequence[Rendered]],
    *,
    images_per_step: float,
    step: int,
    fabric: Fabric,
) -> RenderedWindow[Rendered] | None:
    """Start to render, if the options say so.

    Each training process renders the whole window itself.

    Args:
        options: of the run.
        render: makes the images of a scene from seed, configuration and index; picklable.
        images_per_step: that training uses, rendered or not.
        step: at which the run goes on.
        fabric: of the run.

    Raises:
        HandPoseError: there are no skins.
    """
    if options.scenes is None:
        return None
    return RenderedWindow(
        partial(render, options.seed + SEED_OFFSET, options.scenes),
        group=SCENES_WITH_PEOPLE,
        uses_per_step=images_per_step * options.rendered,
        step=step,
        workers=cores_of_a_process(),
        progress=fabric.is_global_zero,
    )
