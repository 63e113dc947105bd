"""Layers that bring a tensor into another form: which chains of them could stand on a wire, likeliest first.

Nothing here knows what a layer accepts: every chain is held against the shape rules, of its own layers and of the layer
behind it, before it is offered.
"""

import math
from collections.abc import Iterator
from functools import lru_cache

from frozendict import frozendict

from designer.catalogue.demands import SPATIAL
from designer.catalogue.shapes import infer_node
from designer.catalogue.spec import Family, TensorType
from designer.document.graph import Node, Parameters, Value

Step = tuple[str, Parameters]
Chain = tuple[Step, ...]

READS_SEQUENCES: frozenset[Family] = frozenset({"recurrent", "attention"})
# How many channels a picture may have, the likeliest first.
CHANNELS = (1, 3, 4, 2)
MANY_CHANNELS = 8  # whose means alone may tell things apart


def step(kind: str, **parameters: Value) -> Step:
    """Return one layer of a chain."""
    return kind, frozendict(parameters)


@lru_cache(maxsize=4096)
def pass_through(chain: Chain, given: TensorType) -> TensorType | None:
    """Return what a chain makes of a tensor, None where one of its layers does not take it."""
    kind: TensorType | None = given
    for name, parameters in chain:
        outputs = infer_node(Node("", name, "", parameters), (kind,)).outputs if kind is not None else None
        kind = outputs[0] if outputs else None
    return kind


def count_learned(chain: Chain, given: TensorType) -> int:
    """Return how many parameters a chain has when it is given a tensor that it takes."""
    total = 0
    for name, parameters in chain:
        known = infer_node(Node("", name, "", parameters), (given,))
        total += known.parameters
        if not known.outputs:
            return total
        given = known.outputs[0]
    return total


def offer_chains(given: TensorType, family: Family) -> Iterator[Chain]:
    """Yield chains that might bring a tensor into a form which a layer of that family takes, likeliest first."""
    if given.dtype == "int":
        yield (step("Embedding"),)
        yield step("Embedding"), step("Flatten")
        return
    sequences = family in READS_SEQUENCES
    match len(given.sizes):
        case 1:
            yield from _lift_vector(given.sizes[0], sequences)
        case 2:
            yield from _turn_matrix()
        case rank if rank - 1 in SPATIAL:
            yield from _read_places(given, family) if sequences else _lay_out(given, family)
        case rank if rank:
            yield (step("Flatten"),)


def _lift_vector(size: int, sequences: bool) -> Iterator[Chain]:
    """Yield a vector as a sequence of numbers, a signal of one channel, a picture or a volume."""
    if sequences:
        yield (step("Unsqueeze", axis=-1),)
        return
    yield (step("Unsqueeze", axis=0),)
    for axes in (2, 3):
        for channels in CHANNELS:
            side = round((size / channels) ** (1 / axes))
            if side > 1 and channels * side**axes == size:
                yield (step("Unflatten", unflattened_size=(channels, *(side,) * axes)),)
    for side in range(math.isqrt(size), 1, -1):  # a map of many channels, as a decoder begins with
        if size % side**2 == 0 and size // side**2 not in CHANNELS:
            yield (step("Unflatten", unflattened_size=(size // side**2, side, side)),)
            return
    yield (step("Unflatten", unflattened_size=(size, 1, 1)),)


def _turn_matrix() -> Iterator[Chain]:
    """Yield a sequence or a signal as a vector, or as a picture of one channel."""
    yield (step("Flatten"),)
    yield (step("Select", index=-1),)
    yield (step("Reduce"),)
    yield (step("Unsqueeze", axis=0),)
    yield (step("Transpose"),)


def _lay_out(given: TensorType, family: Family) -> Iterator[Chain]:
    """Yield a signal, a picture or a volume as a vector, or with its places in one row."""
    axes = len(given.sizes) - 1
    yield (step("Flatten"),)
    if given.sizes[0] >= MANY_CHANNELS and math.prod(given.sizes[1:]) > 1:
        yield step(f"AdaptiveAvgPool{axes}d"), step("Flatten")
    if axes > 1 and family != "linear":
        yield (step("Flatten", start_dim=2),)
        yield (step("Transpose", first=-2, second=-1),)


def _read_places(given: TensorType, family: Family) -> Iterator[Chain]:
    """Yield the places of a picture as the steps of a sequence: patches, rows or single places."""
    single = len(given.sizes) == 3 and given.sizes[0] == 1
    if single and family == "recurrent":
        yield (step("Squeeze"),)
    if len(given.sizes) == 3:
        for side in (16, 8, 4, 2):
            if given.sizes[1] > side and given.sizes[1] % side == 0 == given.sizes[2] % side:
                yield (step("PatchEmbedding", patch_size=side),)
                break
    if single and family != "recurrent":
        yield (step("Squeeze"),)
    yield step("Flatten", start_dim=2), step("Transpose")


def name_chain(chain: Chain) -> str:
    """Return a chain in words: AdaptiveAvgPool2d and Flatten."""
    kinds = [kind for kind, _ in chain]
    return f"{', '.join(kinds[:-1])} and {kinds[-1]}" if len(kinds) > 1 else kinds[0]
