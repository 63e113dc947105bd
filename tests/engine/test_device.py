"""Devices that are present, and the choice of one."""

import pytest
import torch

from designer.engine.device import Device, DeviceError, choose, list_devices


def test_cpu_is_always_there_and_last():
    devices = list_devices()
    assert devices[-1] == Device("cpu", "CPU")
    assert len({device.id for device in devices}) == len(devices)


def test_every_device_listed_can_be_chosen_and_used():
    for device in list_devices():
        assert choose(device.id) == torch.device(device.id)
        assert torch.ones(3, device=choose(device.id)).sum().item() == 3


def test_auto_is_what_the_exported_script_takes():
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    assert choose("auto").type == (accelerator.type if accelerator else "cpu")


@pytest.mark.parametrize("name", ["cuda:99", "xpu:99", "tpu", "", "cpu:1", "cuda:-1"])
def test_device_that_is_not_here_is_named_with_those_that_are(name):
    with pytest.raises(DeviceError, match=r"cpu.*\.$") as caught:
        choose(name)
    assert repr(name) in str(caught.value)


def test_several_accelerators_are_listed_with_their_names(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda i: f"GPU {i}")
    assert list_devices()[:2] == (Device("cuda:0", "GPU 0"), Device("cuda:1", "GPU 1"))
    assert choose("auto") == choose("cuda") == torch.device("cuda:0")
    assert choose("cuda:1") == torch.device("cuda:1")
    with pytest.raises(DeviceError, match=r"cuda:1 \(GPU 1\)"):
        choose("cuda:2")
