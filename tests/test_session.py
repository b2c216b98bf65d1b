"""One run over a source."""

import numpy as np

from handpose_live.session import Tracking
from tests.ui.stand_ins import StandInCamera, tools


def test_hands_are_drawn_only_where_somebody_sees_them() -> None:
    session = tools(StandInCamera(3)).open_session(StandInCamera(3), Tracking())
    for annotated in session:
        np.testing.assert_array_equal(annotated.picture(session.look), annotated.frame.image)  # no hand in it
    assert "overlay" not in session.summary()
    session.close()
