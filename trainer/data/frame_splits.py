"""Which frames of the shared data set of whole frames belong to which split: none tells who is in it, so the table
``frame_splits.csv`` was made by looking.

Its rows are runs of consecutive frames of one set that show one place, or near duplicates, a *group*; no group is in
two splits. How they were found:

- ``rf_gesture839`` (many people, shuffled, some scenes again in later runs): frames are in one group if the colours
  at their rims agree (Bhattacharyya coefficient of Lab histograms above 0.8, above 0.55 for consecutive frames, whose
  file names had been neighbours) or their thumbnails do. The largest group, single frames and groups that looked like
  the same person as a training frame are for training; the others went to the splits by turns.
- ``ti1k``: places, as they change the video. Test: the dark hand in the class room, and the desk.
- ``subhih`` is *one person*: its test frames are in other rooms than those for training. Only ``exclude_sets`` makes a
  person new who is in no other set.
- ``cgd_hand`` and ``cgd_body`` (three or four people, completely marked by no one): test frames were taken in front of
  the white boards, with other clothes.
"""

import csv
from functools import cache
from importlib import resources


def split_of(set_name: str, number: int, default: str | None = None) -> str | None:
    """Return the split of a frame, or the default if the table does not name its set."""
    runs = _runs().get(set_name)
    if runs is None:
        return default
    return next((split for first, last, split in runs if first <= number <= last), None)


def sets_with_splits() -> frozenset[str]:
    """The names of the sets in the table."""
    return frozenset(_runs())


@cache
def _runs() -> dict[str, list[tuple[int, int, str]]]:
    """First and last frame, and split, of the runs of each set."""
    text = resources.files(__package__).joinpath("frame_splits.csv").read_text(encoding="utf-8")
    runs: dict[str, list[tuple[int, int, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        runs.setdefault(row["set"], []).append((int(row["first"]), int(row["last"]), row["split"]))
    return runs
