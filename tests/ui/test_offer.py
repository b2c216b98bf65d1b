"""The window that a program without a camera starts with."""

from pytestqt.qtbot import QtBot

from handpose_live.ui.offer import Offer


def opened(qtbot: QtBot) -> Offer:
    offer = Offer("No camera was found.")
    qtbot.addWidget(offer)
    offer.show()
    return offer


def test_it_says_why_and_what_else_there_is(qtbot: QtBot) -> None:
    offer = opened(qtbot)
    assert "No camera was found." in offer.panel.sentence.text()
    assert "demo" in offer.button.text()


def test_its_button_takes_the_offer(qtbot: QtBot) -> None:
    offer = opened(qtbot)
    offer.button.click()
    assert offer.wanted
    assert not offer.isVisible()


def test_closing_it_declines(qtbot: QtBot) -> None:
    offer = opened(qtbot)
    offer.close()
    assert not offer.wanted
