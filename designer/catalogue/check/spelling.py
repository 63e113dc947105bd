"""What was meant by a kind or a parameter that is not known: misspelt, or called so in another framework."""

import difflib
from collections.abc import Iterable

from frozendict import frozendict

from designer.catalogue.registry import layers
from designer.catalogue.search import search

LONGEST = 60  # letters of a name that are looked at

# What other frameworks call our parameters, the likeliest first.
OTHER_NAMES = frozendict(
    {
        "units": ("out_features",),
        "filters": ("out_channels",),
        "channels": ("out_channels",),
        "features": ("out_features",),
        "size": ("kernel_size", "hidden_size", "output_size"),
        "strides": ("stride",),
        "pool_size": ("kernel_size",),
        "dilation_rate": ("dilation",),
        "use_bias": ("bias",),
        "rate": ("p",),
        "dropout": ("p",),
        "heads": ("num_heads", "nhead"),
        "n_heads": ("num_heads", "nhead"),
        "nhead": ("num_heads",),
        "num_heads": ("nhead",),
        "input_dim": ("num_embeddings",),
        "output_dim": ("embedding_dim",),
        "epsilon": ("eps",),
        "alpha": ("negative_slope",),
        "target_shape": ("shape", "unflattened_size"),
        "axis": ("dim",),
        "dim": ("axis",),
    }
)

# What other frameworks call our layers, where neither spelling nor the words of the search lead there.
OTHER_KINDS = frozendict(
    {
        "dense": "Linear",
        "fullyconnected": "Linear",
        "batchnormalization": "BatchNorm2d",
        "layernormalization": "LayerNorm",
        "maxpooling1d": "MaxPool1d",
        "maxpooling2d": "MaxPool2d",
        "maxpooling3d": "MaxPool3d",
        "averagepooling1d": "AvgPool1d",
        "averagepooling2d": "AvgPool2d",
        "averagepooling3d": "AvgPool3d",
        "globalaveragepooling2d": "GlobalAvgPool",
        "globalmaxpooling2d": "GlobalMaxPool",
        "conv2dtranspose": "ConvTranspose2d",
        "multiheadattention": "MultiheadAttention",
        "convolution": "Conv2d",
        "swish": "SiLU",
    }
)


def guess_kinds(kind: str, most: int = 2) -> list[str]:
    """Return the kinds of layer that are most likely meant, the likeliest first."""
    text = kind[:LONGEST]
    plain = text.lower().replace("_", "").replace(" ", "")
    lower = {known.lower(): known for known in layers}
    found = [OTHER_KINDS[plain]] if plain in OTHER_KINDS else []
    found += [lower[near] for near in difflib.get_close_matches(plain, lower, n=most)]
    if not found and len(plain) > 2:
        found = [spec.kind for spec in search(text)[:1]]
    return list(dict.fromkeys(found))[:most]


def guess_parameter(name: str, declared: Iterable[str], given: Iterable[str]) -> str:
    """Return the parameter that is most likely meant by a name that nobody declared and has no value yet, "" for none."""
    free = [known for known in declared if known not in given]
    text = name[:LONGEST].lower().replace(" ", "_")
    for other in OTHER_NAMES.get(text, ()):
        if other in free:
            return other
    return next(iter(difflib.get_close_matches(text, free, n=1, cutoff=0.7)), "")
