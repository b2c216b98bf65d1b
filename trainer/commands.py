"""What each of the trainer's commands does. Heavy libraries are loaded by the command that needs them."""

import argparse
import dataclasses
from pathlib import Path

from handpose_live.types.errors import HandPoseError

PREVIEWED = 64


def fit(options: argparse.Namespace) -> None:
    """Train a network."""
    from .train.fit import fit
    from .train.options import FitOptions

    chosen = {field.name: getattr(options, field.name) for field in dataclasses.fields(FitOptions)}
    fit(FitOptions(**chosen | {name: tuple(chosen[name]) for name in ("data", "train_on", "frames", "leave_out")}))


def generalise(options: argparse.Namespace) -> None:
    """Train without some sources, and measure on them."""
    from .benchmark.generalise import generalise
    from .train.options import FitOptions

    run = FitOptions(
        data=tuple(options.data),
        out=options.out,
        recipe="live",
        steps=options.steps,
        device=options.device,
        seed=options.seed,
        train_on=tuple(options.train_on),
        frames=tuple(options.frames),
    )
    generalise(run, options.folds, options.weights)


def evaluate(options: argparse.Namespace) -> None:
    """Evaluate a weights file on a split."""
    from .evaluate.report import evaluate

    evaluate(
        options.data,
        options.split,
        options.weights,
        raw=options.raw,
        device=options.device,
        json_path=options.json,
        images=options.pictures,
    )


def space(options: argparse.Namespace) -> None:
    """Measure hands in three dimensions."""
    from .benchmark.space import print_space

    print_space(options.frames, options.weights, options.device)


def robustness(options: argparse.Namespace) -> None:
    """Measure errors on perturbed crops and corrupted images."""
    from .evaluate.robustness import print_robustness

    print_robustness(options.data, options.split, options.weights, _skins(options), options.device)


def export(options: argparse.Namespace) -> None:
    """Write a run's best network and its model card."""
    from .export.export import export

    if options.frames:
        from .export.detector import export_detector

        export_detector(options.folder, options.data, options.frames, options.out)
        return
    export(options.folder, options.data, options.out, start=options.start, spread_factor=options.spread_factor)


def gestures(options: argparse.Namespace) -> None:
    """Measure precision and recall of the gesture rules."""
    from handpose_live.inference.loading import load_estimator

    from .benchmark.gestures import print_gestures

    estimator = load_estimator(options.weights, options.device) if options.weights else None
    print_gestures(options.data, options.split, estimator)


def clips(options: argparse.Namespace) -> None:
    """Run the whole program on labelled clips."""
    from .benchmark.clips import print_clips

    print_clips(options.folder, *_program_arguments(options))


def identity(options: argparse.Namespace) -> None:
    """Count identity switches and wrong sides on films with known hands."""
    from .benchmark.identity import print_identities

    print_identities(options.folder, *_program_arguments(options))


def steadiness(options: argparse.Namespace) -> None:
    """Measure jitter and lag on films with known hands."""
    from .benchmark.steadiness import print_steadiness

    print_steadiness(options.folder, options.keep, *_program_arguments(options))


def _program_arguments(options: argparse.Namespace) -> list[str]:
    """Return the program's command line for the network and the detector that were named."""
    named = {"--weights": options.weights, "--detector": options.detector}
    return [text for name, value in named.items() if value is not None for text in (name, str(value))]


def detection(options: argparse.Namespace) -> None:
    """Measure recall and false finds in whole frames."""
    from .benchmark.detection.command import run

    run(options)


def benchmark(options: argparse.Namespace) -> None:
    """Measure the speed of the program."""
    from .benchmark.speed.command import run

    run(options)


def render(options: argparse.Namespace) -> None:
    """Render whole frames or films of people, hands cut from frames, or the demo clip."""
    if options.clip is not None:
        from .demo.clip import write_clip

        write_clip(options.clip, _skins(options), workers=options.workers)
        return
    if options.count is None:
        raise HandPoseError("Say how many hands, images or films to render with --count N.")
    from .scenes.crops import write_crops
    from .scenes.film import write_films
    from .scenes.photo.backgrounds import list_images
    from .scenes.scene import SceneConfig
    from .scenes.write import write_scenes

    config = SceneConfig(_skins(options), tuple(list_images(options.backgrounds) if options.backgrounds else ()))
    writers = ((write_scenes, options.scenes), (write_crops, options.crops), (write_films, options.films))
    write, folder = next((write, folder) for write, folder in writers if folder is not None)
    write(folder, count=options.count, seed=options.seed, config=config, workers=options.workers)


def _skins(options: argparse.Namespace) -> Path:
    """Return the folder of skins, which people need.

    Raises:
        HandPoseError: none was named.
    """
    if options.skins is None:
        raise HandPoseError("People need skins: name the folder of MakeHuman's skin textures with --skins DIR.")
    return Path(options.skins)


def preview(options: argparse.Namespace) -> None:
    """Write a contact sheet of samples."""
    from .data.folders import read_all_hands
    from .evaluate.sheets import write_samples

    hands = read_all_hands(options.data, options.split)
    write_samples(options.out, hands[:: max(1, len(hands) // PREVIEWED)][:PREVIEWED])
