"""The devices a network can be trained on here, and the choice of one."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Device:
    """A device that is present: `id` as torch names it ("cpu", "cuda:1"), `label` for people."""

    id: str
    label: str


class DeviceError(RuntimeError):
    """The device that was asked for is not here. A whole sentence that says what is."""


def list_devices() -> tuple[Device, ...]:
    """Return every device that is present, the one "auto" takes first."""
    devices = [Device(f"cuda:{i}", torch.cuda.get_device_name(i)) for i in range(_count("cuda"))]
    devices += [Device(f"xpu:{i}", torch.xpu.get_device_name(i)) for i in range(_count("xpu"))]
    if torch.backends.mps.is_available():
        devices.append(Device("mps", "Apple GPU"))
    return (*devices, Device("cpu", "CPU"))


def choose(name: str = "auto") -> torch.device:
    """Return the device for "auto", "cpu", "cuda", "cuda:1", "mps" or "xpu". Raises DeviceError if it is not here."""
    present = list_devices()
    if name == "auto":
        return torch.device(present[0].id)
    # "cuda" is the first of its kind, as in torch.
    full = f"{name}:0" if name in ("cuda", "xpu") else name
    if any(device.id == full for device in present):
        return torch.device(full)
    known = ", ".join(f"{device.id} ({device.label})" if device.id != "cpu" else "cpu" for device in present)
    raise DeviceError(f"This computer has no device {name!r} that PyTorch can use. Choose one of: {known}.")


def _count(kind: str) -> int:
    module = getattr(torch, kind)
    return int(module.device_count()) if module.is_available() else 0
