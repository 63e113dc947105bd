"""What the layers of a family are for, and when to take which: a page of the manual each."""

from collections.abc import Mapping
from dataclasses import dataclass

from designer.catalogue.spec import Family


@dataclass(frozen=True, slots=True)
class FamilyGuide:
    """What a family has in common, and pairs of a situation and the layer to take in it."""

    about: str
    choices: tuple[tuple[str, str], ...] = ()


GUIDES: Mapping[Family, FamilyGuide] = {
    "data": FamilyGuide(
        "Where data enters the network and where its answer leaves it. The shape of an Input follows from the data source; an "
        "Output names the loss that compares the answer with what is right.",
        (
            ("the data of the Data tab", "Input"),
            ("the random input of a generator", "Noise"),
            ("an answer to train", "Output"),
        ),
    ),
    "linear": FamilyGuide(
        "Weighted sums of all inputs, and tables of learned rows. They know nothing of neighbourhood: every unit sees every number.",
        (
            ("vectors, the end of a network, a projection of features", "Linear"),
            ("two vectors whose pairs matter", "Bilinear"),
            ("words, classes or other numbers that are names", "Embedding"),
            ("a bag of words whose order does not matter", "EmbeddingBag"),
            ("columns of a table with many categories", "EmbedColumns"),
        ),
    ),
    "convolution": FamilyGuide(
        "Small learned filters that slide over a signal, an image or a volume: the same weights at every place, so a pattern is "
        "found wherever it is, with few weights. Stack small windows; shrink with a stride or a pooling; double the channels as "
        "the maps get smaller. Transposed ones go the other way, in decoders and generators.",
        (
            ("sound, sensors, other signals", "Conv1d"),
            ("images", "Conv2d"),
            ("scans and video", "Conv3d"),
            ("a map that is to become larger, learned", "ConvTranspose2d"),
            ("a map that is to become larger, without weights", "Upsample"),
        ),
    ),
    "pooling": FamilyGuide(
        "Make maps smaller without learning anything: each window becomes one number. The maximum keeps the strongest answer, the "
        "mean keeps how much there was. Adaptive and global ones end in a fixed size, so a network takes images of any size.",
        (
            ("after convolutions, to halve the size", "MaxPool2d"),
            ("smoother, all values count", "AvgPool2d"),
            ("a fixed size whatever the input's", "AdaptiveAvgPool2d"),
            ("the end of a convolutional network", "GlobalAvgPool"),
        ),
    ),
    "normalization": FamilyGuide(
        "Bring values to mean 0 and variance 1, so that deep networks train faster and with larger learning rates. They differ in "
        "what is normalised together; the cube in each picture shows it.",
        (
            ("convolutions, batches of 16 or more", "BatchNorm2d"),
            ("convolutions, small batches", "GroupNorm"),
            ("sequences and transformers", "LayerNorm"),
            ("large language models, a little cheaper", "RMSNorm"),
            ("style transfer, image to image", "InstanceNorm2d"),
        ),
    ),
    "activation": FamilyGuide(
        "Bend what a linear layer gives; without one between them, two linear layers are worth one. Element-wise ones keep every "
        "shape. The picture of each shows its curve and, dashed, its slope: where that is 0, nothing is learned.",
        (
            ("anything, to begin with", "ReLU"),
            ("units that die under ReLU, discriminators", "LeakyReLU"),
            ("transformers", "GELU"),
            ("deep convolutional networks, a little better", "SiLU"),
            ("an answer between 0 and 1", "Sigmoid"),
            ("shares that add up to 1, outside of the loss", "Softmax"),
            ("deep networks without normalization", "SELU"),
        ),
    ),
    "recurrent": FamilyGuide(
        "Read a sequence step by step and carry a state along. Inputs are length x features; `output` says whether the last "
        "state or the whole sequence comes out. Long dependencies need gates, or attention.",
        (
            ("most sequences", "LSTM"),
            ("as good in many cases, fewer weights", "GRU"),
            ("short sequences, teaching", "RNN"),
            ("chaotic series, training in seconds", "Reservoir"),
        ),
    ),
    "attention": FamilyGuide(
        "Let every step of a sequence gather from any other, in one go. Its work grows with the square of the length, and it knows "
        "nothing of order: add positions first. Images become sequences of patches.",
        (
            ("a sequence that looks at itself", "SelfAttention"),
            ("a sequence that looks at another one", "MultiheadAttention"),
            ("the whole block of a transformer", "TransformerEncoderLayer"),
            ("order for a sequence, learned", "LearnedPosition"),
            ("order for any length, fixed", "SinusoidalPosition"),
            ("an image as a sequence", "PatchEmbedding"),
        ),
    ),
    "regularization": FamilyGuide(
        "Make training harder so that the network does not learn its data by heart. All of them do nothing once training is over.",
        (
            ("between Linear layers", "Dropout"),
            ("between convolutions", "Dropout2d"),
            ("with SELU", "AlphaDropout"),
            ("very deep residual networks", "StochasticDepth"),
            ("inputs that are measured with noise", "GaussianNoise"),
            ("variational autoencoders", "Reparameterize"),
        ),
    ),
    "merge": FamilyGuide(
        "Bring branches together: place by place, end to end, or as products of matrices. Sizes must agree, except for the axis "
        "along which tensors are joined; an axis of size 1 is repeated.",
        (
            ("the way around a residual block", "Add"),
            ("features of several branches side by side", "Concatenate"),
            ("a gate", "Multiply"),
            ("how alike two vectors are", "CosineSimilarity"),
            ("attention built by hand", "MatMul"),
            ("one number along an axis", "Reduce"),
        ),
    ),
    "shape": FamilyGuide(
        "Arrange, cut, frame and resize the same numbers. Nothing is learned.",
        (
            ("between convolutions and Linear", "Flatten"),
            ("between a vector and a map", "Unflatten"),
            ("axes in another order", "Permute"),
            ("a part of an axis", "Slice"),
            ("the parts of an axis as several outputs", "Split"),
            ("a larger map", "Upsample"),
            ("a border", "ZeroPad2d"),
        ),
    ),
    "block": FamilyGuide("Networks of your own, used like layers: see Blocks in the manual."),
    "custom": FamilyGuide(
        "A class of your own in Python, where no other layer will do.", (("anything else", "Custom"),)
    ),
}
