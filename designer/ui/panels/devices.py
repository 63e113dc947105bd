"""The list of devices to train on. What is there is looked up on a thread when the list is first opened."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox

from designer.document.wording import show_name
from designer.ui.background import Job, Report

if TYPE_CHECKING:
    from designer.engine.device import Device

AUTO, LOOKING = "auto", "looking for devices …"


def look_up_devices(report: Report) -> "Sequence[Device]":
    """Return the devices that are present; imports torch, so it belongs on a thread."""
    from designer.engine.preload import import_torch

    import_torch()
    from designer.engine.device import list_devices

    return list_devices()


class DeviceList(QComboBox):
    """Offers "auto" and every device by its id. A device that a project names is shown even where this machine lacks it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("device")
        self.setToolTip("Where the network is trained. auto takes a GPU if there is one")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.job: Job | None = None
        self._known = False
        self._device = AUTO
        self._fill((("auto", AUTO), ("cpu", "cpu"), (LOOKING, None)))

    def show_device(self, device: str) -> None:
        """Show the chosen device, also one that this machine lacks."""
        self._device = device
        if self.findData(device) < 0:
            self.addItem(f"{show_name(device)} (not found here)" if self._known else show_name(device), device)
        self.setCurrentIndex(self.findData(device))

    def showPopup(self) -> None:
        if self.job is None:
            self.job = Job(look_up_devices, self)
            self.job.done.connect(self._show_found)
            self.job.failed.connect(lambda _: self._show_found(()))
            self.job.start()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that scrolls the panel must not change what it passes over

    def _show_found(self, found: "Sequence[Device]") -> None:
        open_now = self.view().isVisible()
        self._known = bool(found)
        first = f"auto ({found[0].id})" if found else "auto"
        rows = [(device.id if device.id == "cpu" else f"{device.id} · {device.label}", device.id) for device in found]
        self._fill(((first, AUTO), *(rows or [("cpu", "cpu")])))
        if open_now:
            super().showPopup()

    def _fill(self, rows: "Sequence[tuple[str, str | None]]") -> None:
        self.clear()
        for label, device in rows:
            self.addItem(label, device)
            if device is None:
                model = self.model()
                assert isinstance(model, QStandardItemModel)
                model.item(self.count() - 1).setEnabled(False)
        self.show_device(self._device)
