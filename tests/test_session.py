"""One run over a source."""

import numpy as np
import pytest

from handpose_live.session import Session
from tests.ui.stand_ins import StandInCamera, session_over


@pytest.mark.parametrize("watched", [True, False])
def test_hands_are_drawn_only_where_somebody_sees_them(watched: bool) -> None:
    pipeline = session_over(StandInCamera(0)).pipeline
    session = Session(StandInCamera(3), pipeline, recorder=None, landmarks=None, watched=watched)
    for annotated in session:
        assert (annotated.picture is annotated.frame.image) == (not watched)
        np.testing.assert_array_equal(annotated.picture, annotated.frame.image)  # no hand in it
    assert ("overlay" in session.summary()) == watched
    session.close()
