"""Widgets in rows that go on below."""

from PySide6.QtWidgets import QLabel, QLineEdit

from designer.ui.panels.flow import FlowBox
from tests.ui.conftest import settle


def test_a_part_takes_no_more_room_than_it_may_have(qtbot):
    box, field, label = FlowBox(across=8), QLineEdit(), QLabel("epochs")
    qtbot.addWidget(box)
    field.setFixedWidth(56)
    box.add(field)
    box.add(label)
    box.resize(500, 40)
    box.show()
    settle()
    assert field.sizeHint().width() > 56
    assert label.x() == field.x() + 56 + 8
    assert box.sizeHint().width() == 56 + 8 + label.sizeHint().width()
