"""Whether a training script lays images out with their channels last in memory."""

from collections.abc import Iterable

from designer.codegen.readiness import Setup
from designer.codegen.recipes import Definition, collect_definitions

ARRANGE = "put_channels_last"


def wants_channels_last(setup: Setup, classes: Iterable[str]) -> bool:
    """Return whether a network, whose classes these texts are, convolves images.

    On the CPU (2 cores of an EPYC, torch 2.13) a step then takes 0.5 to 1.0 of the time: most is won where there is
    pooling (three-block-cnn 0.65, mnist-cnn 0.6), much by depthwise convolutions (efficientnet-b0 0.7), nothing in
    resnet-18. The weights stay as they are: convolutions go by the order of what they are given.
    """
    one_image = setup.facts.inputs == 1 and setup.facts.input.dtype == "float" and len(setup.facts.input.sizes) == 3
    return one_image and setup.objective.form != "adversarial" and any("nn.Conv2d(" in text for text in classes)


def arrange(setup: Setup, x: str) -> str:
    """Return the expression for samples as the network takes them."""
    return f"{ARRANGE}({x})" if setup.channels_last else x


def collect_arrangement(setup: Setup) -> tuple[Definition, ...]:
    """Return the recipe that does it, where it is done."""
    return collect_definitions("channels", [ARRANGE]) if setup.channels_last else ()
