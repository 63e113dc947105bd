"""How a layer is used: which ports its wires go to."""

import pytest

from designer.catalogue.registry import layers
from designer.catalogue.usage import are_ports_filled


@pytest.mark.parametrize(
    "kind, ports, filled",
    [
        ("Linear", (0,), True),
        ("Linear", (), False),
        ("Linear", (1,), False),
        ("Linear", (0, 1), False),
        ("Linear", (0, 0), False),
        ("Add", (0,), False),
        ("Add", (0, 1), True),
        ("Add", (0, 5), True),
        ("Add", (0, 0), False),
        ("Input", (), True),
        ("Input", (0,), False),
    ],
)
def test_ports_are_filled_when_each_input_has_one_wire(kind: str, ports: tuple[int, ...], filled: bool) -> None:
    assert are_ports_filled(layers[kind], ports) is filled
