"""The options of a training run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from handpose_live.types.errors import HandPoseError

from ..data.folders import describe_sets
from ..data.frame_splits import sets_with_splits
from ..data.frames import describe_frame_sets
from ..recipes import DETECTOR_RECIPES, RECIPES, BaseRecipe
from ..scenes.scene import SceneConfig

FINE_TUNING_FACTOR = 0.15  # of the recipe's learning rate, for a trained network, which would forget at a higher one


@dataclass(frozen=True)
class FitOptions:
    """The options of a training run.

    Attributes:
        data: folders in FreiHAND's layout, mixed: their training splits are trained on, their validation splits
            select the best network, their test splits measure it.
        out: folder of the run: ``run.json``, ``log.csv``, ``last.pt``, ``best.safetensors``.
        recipe: its name in ``RECIPES`` or ``DETECTOR_RECIPES``.
        steps: instead of the recipe's.
        device: "cuda", "mps", "cpu" or None for the best that is available.
        seed: of everything random.
        start: weights file whose network the run starts from; None for a new network.
        train_on: folders that are trained on as a whole, with all their splits.
        rendered: share of the images that are rendered during training: of the hands, or of what is on the canvases
            of a detector.
        skins: folder of MakeHuman's skin textures, for rendered people.
        compiled: compile the network with PyTorch first, which takes a minute and makes steps faster.
        raw: see :func:`trainer.data.folders.read_hands`.
        batch: samples a step, instead of the recipe's; the learning rate changes with its square root.
        frames: folders of whole frames, split like ``data``: what a detector learns from; the other networks take hands
            from them, and what looks like hands.
        leave_out: names of data sets that are not trained on, nor validated on, to test with them.
        command: the command line of the run, for its records; "" without one.
    """

    data: tuple[Path, ...]
    out: Path
    recipe: str
    steps: int | None
    device: str | None
    seed: int
    start: Path | None = None
    train_on: tuple[Path, ...] = ()
    rendered: float = 0.0
    skins: Path | None = None
    compiled: bool = False
    raw: bool = False
    batch: int | None = None
    frames: tuple[Path, ...] = ()
    leave_out: tuple[str, ...] = ()
    command: str = ""

    @property
    def checkpoint(self) -> Path:
        """The file that an interrupted run is resumed from."""
        return self.out / "last.pt"

    @property
    def best(self) -> Path:
        """The weights with the lowest validation error."""
        return self.out / "best.safetensors"

    @property
    def excluded_sets(self) -> frozenset[str]:
        """Sets to leave out, also hands cut from a detector's frames: their splits would tell it the test set."""
        cut = sets_with_splits() if self.frames and self.recipe in DETECTOR_RECIPES else frozenset()
        return cut | frozenset(self.leave_out)

    @property
    def scenes(self) -> SceneConfig | None:
        """What people are rendered from during training; None for no rendering.

        Raises:
            HandPoseError: there are no skins.
        """
        if not self.rendered:
            return None
        if self.skins is None:
            raise HandPoseError("--rendered needs skins: name the folder of MakeHuman's textures with --skins DIR.")
        return SceneConfig(self.skins)

    def resolved_recipe(self) -> BaseRecipe:
        """The recipe, changed as the other options say."""
        recipe: BaseRecipe = {**RECIPES, **DETECTOR_RECIPES}[self.recipe]
        batch = self.batch or recipe.batch
        fine_tuning = FINE_TUNING_FACTOR if self.start else 1
        learning_rate = recipe.learning_rate * (batch / recipe.batch) ** 0.5 * fine_tuning
        return replace(recipe, steps=self.steps or recipe.steps, batch=batch, learning_rate=learning_rate)

    def sources(self) -> Iterator[str]:
        """Describe what the run is trained on, a line for each data set."""
        whole_folders = [(folder, None) for folder in self.train_on]
        parts = [*((folder, "train") for folder in self.data), *whole_folders]
        yield from describe_sets(parts, self.excluded_sets)
        yield from describe_frame_sets(self.frames, "train", exclude_sets=self.leave_out)
        if self.scenes:
            yield f"rendered while training: people, a share of {self.rendered:g} of all images, {self.scenes.licence}"
