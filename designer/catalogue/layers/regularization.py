"""Layers that make a network rely on no single value, while training only."""

from designer.catalogue.demands import IMAGE, demand_axes, demand_numbers
from designer.catalogue.parameters import Parameter, Real, Values
from designer.catalogue.spec import Inputs, LayerSpec, Outputs, TorchCall


def _shape_dropout(values: Values, inputs: Inputs) -> Outputs:
    demand_numbers(inputs[0])
    return inputs


def _shape_dropout2d(values: Values, inputs: Inputs) -> Outputs:
    """Accept images only: with fewer axes torch warns that it cannot tell the batch from the channels."""
    demand_numbers(inputs[0])
    demand_axes(inputs[0], IMAGE)
    return inputs


DROPOUT = LayerSpec(
    kind="Dropout",
    family="regularization",
    summary="Sets random values to 0 while training.",
    call=TorchCall("nn.Dropout", positional=("p",)),
    parameters=(Parameter("p", Real(0, 1), 0.5, "Chance that a value is set to 0."),),
    shape=_shape_dropout,
    card=("p",),
    formula="y = x · mask / (1 − p)",
    help="Keeps units from leaning on each other and so fights overfitting; after training it does nothing. Put it after "
    "the activation of large hidden layers, with 0.2 to 0.5. Right before the Output it only adds noise to the answer.",
    search=("regularization", "overfitting", "noise", "drop"),
    traits=frozenset({"straight", "passes", "noise"}),
)

DROPOUT2D = LayerSpec(
    kind="Dropout2d",
    family="regularization",
    summary="Sets whole random channels of an image to 0 while training.",
    call=TorchCall("nn.Dropout2d", positional=("p",)),
    parameters=(Parameter("p", Real(0, 1), 0.5, "Chance that a channel is set to 0."),),
    shape=_shape_dropout2d,
    card=("p",),
    formula="y = x · mask of channels / (1 − p)",
    help="Neighbouring pixels say nearly the same, so dropping single ones takes little away; after convolutions whole "
    "channels are dropped instead. After training it does nothing.",
    search=("regularization", "overfitting", "spatial dropout", "channel", "drop", "image"),
    traits=frozenset({"straight", "passes", "noise"}),
)

LAYERS = (DROPOUT, DROPOUT2D)
