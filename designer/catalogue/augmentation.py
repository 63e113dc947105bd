"""What is done to the samples of a batch while the network learns, declared as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from frozendict import frozendict

from designer.catalogue.parameters import Flag, Integer, Parameter, Real
from designer.catalogue.source_spec import Facts
from designer.catalogue.spec import TensorType
from designer.catalogue.training_spec import LossSpec, ObjectiveSpec
from designer.document.graph import Value

# What samples may be: pictures C x H x W, windows of a series length x channels, rows of numbers, tokens.
Form = Literal["picture", "series", "row", "tokens"]

FORMS: Mapping[Form, str] = frozendict(
    {"picture": "pictures", "series": "windows of a series", "row": "rows of numbers", "tokens": "tokens"}
)

ON = Parameter(
    "on", Flag(), True, "Whether it is done; switched off it stays in the list.", argument=False, hidden=True
)


@dataclass(frozen=True, slots=True)
class AugmentationSpec:
    """One change to samples. `function` of recipes/augmentation.py makes it, given its parameters and what is `fixed`.

    `forms` are the samples it suits. One that `mixes` takes and gives targets as well. Steps that follow each other and have
    the same function become one call where their parameters have different names.
    """

    kind: str
    title: str
    summary: str
    function: str
    forms: tuple[Form, ...]
    parameters: tuple[Parameter, ...] = ()
    fixed: Mapping[str, Value] = field(default_factory=frozendict)
    mixes: bool = False
    formula: str = ""
    help: str = ""


_SHARE = Parameter("share", Real(0, 1), 0.5, "Share of the samples that are changed.")
_PICTURE: tuple[Form, ...] = ("picture",)
_NUMBERS: tuple[Form, ...] = ("picture", "series", "row")

_SPECS = (
    AugmentationSpec(
        "HorizontalFlip",
        "flip left to right",
        "Turns pictures into their mirror image.",
        "flip",
        _PICTURE,
        (_SHARE,),
        help="For things that may look either way. Not for letters and digits.",
    ),
    AugmentationSpec(
        "VerticalFlip",
        "flip upside down",
        "Stands pictures on their head.",
        "flip",
        _PICTURE,
        (_SHARE,),
        {"axis": -2},
        help="For pictures without an up and down: from above, through a microscope.",
    ),
    AugmentationSpec(
        "Rotate",
        "rotate",
        "Turns pictures about their middle.",
        "warp",
        _PICTURE,
        (Parameter("degrees", Real(0, 180), 15.0, "The most by which a picture is turned, either way."),),
        help="10 to 20 degrees suit most pictures; more where they have no up and down. Next to scale and shift all three "
        "are done in one.",
    ),
    AugmentationSpec(
        "Shift",
        "shift",
        "Moves pictures up, down, left and right.",
        "warp",
        _PICTURE,
        (Parameter("shift", Real(0, 1), 0.1, "The most by which it is moved, as a share of width and height."),),
        help="What comes in repeats the edge.",
    ),
    AugmentationSpec(
        "Scale",
        "scale",
        "Makes pictures larger and smaller.",
        "warp",
        _PICTURE,
        (Parameter("zoom", Real(0, 1, below=True), 0.15, "The most by which it grows or shrinks, as a share."),),
        help="For things that are near at one time and far at another.",
    ),
    AugmentationSpec(
        "Crop",
        "pad and crop",
        "Cuts out a part at a random place, after the edges are made wider.",
        "pad_and_crop",
        _PICTURE,
        (Parameter("padding", Integer(1, 256), 4, "Pixels by which each edge is made wider, its last one repeated."),),
        help="With the flip it is the usual pair for CIFAR. Moves by whole pixels, so nothing is blurred.",
    ),
    AugmentationSpec(
        "Colour",
        "colour",
        "Changes brightness, contrast and saturation.",
        "change_colour",
        _PICTURE,
        (
            Parameter("brightness", Real(0), 0.2, "The most that is added to or taken off all values."),
            Parameter(
                "contrast", Real(0, 1), 0.2, "The most by which values are spread or drawn together, as a share."
            ),
            Parameter("saturation", Real(0, 1), 0.2, "The same for colours about their grey; grey pictures have none."),
        ),
        help="For pictures taken in different light. Brightness counts in the values that the network gets.",
    ),
    AugmentationSpec(
        "Noise",
        "noise",
        "Adds normal noise to every number.",
        "add_noise",
        _NUMBERS,
        (Parameter("std", Real(0), 0.1, "Standard deviation of the noise, in the values that the network gets."),),
        help="Jitter: teaches that small differences mean nothing. Series and tables that are scaled to a deviation of 1 "
        "bear 0.03 to 0.1.",
    ),
    AugmentationSpec(
        "Blur",
        "blur",
        "Blurs pictures, each by another width.",
        "blur",
        _PICTURE,
        (Parameter("sigma", Real(0, 8, above=True), 1.0, "The widest blur, in pixels: its standard deviation."),),
        help="For pictures that may be out of focus.",
    ),
    AugmentationSpec(
        "Cutout",
        "cutout",
        "Hides a box of each picture.",
        "cut_out",
        _PICTURE,
        (
            Parameter("size", Real(0, 1), 0.3, "Height and width of the box, as a share of the picture's."),
            Parameter("share", Real(0, 1), 1.0, "Share of the samples that are changed."),
        ),
        help="The network must not rely on one part alone (DeVries and Taylor, 2017; random erasing, Zhong and others, "
        "2017). The box takes the mean of the picture.",
    ),
    AugmentationSpec(
        "Mixup",
        "mixup",
        "Mixes each sample, and its target, with another of the batch.",
        "mixup",
        _NUMBERS,
        (Parameter("alpha", Real(0, above=True), 0.2, "How even the mixture is: shares are from Beta(alpha, alpha)."),),
        mixes=True,
        help="Makes answers change evenly from class to class, and less sure of themselves (Zhang and others, 2018). The "
        "loss is higher than without, as no answer is quite right; the training accuracy counts the larger part.",
    ),
    AugmentationSpec(
        "CutMix",
        "cutmix",
        "Puts a box of another picture into each, and mixes the targets by area.",
        "cutmix",
        _PICTURE,
        (Parameter("alpha", Real(0, above=True), 1.0, "How large boxes are: shares are from Beta(alpha, alpha)."),),
        mixes=True,
        help="Cutout that wastes no pixels (Yun and others, 2019). For long training on many pictures.",
    ),
    AugmentationSpec(
        "Scaling",
        "scaling",
        "Multiplies each channel of a window by a number near 1.",
        "scale_channels",
        ("series",),
        (Parameter("std", Real(0), 0.1, "Standard deviation of that number."),),
        help="For sensors that are not set alike.",
    ),
    AugmentationSpec(
        "TimeShift",
        "time shift",
        "Moves a window along in time; the edge is repeated.",
        "slide",
        ("series",),
        (Parameter("most", Integer(1, 1_000_000), 2, "The most places by which it is moved, either way."),),
        {"axis": 1},
        help="For classes of windows that begin anywhere. Not for forecasts, whose target would have to move along.",
    ),
    AugmentationSpec(
        "TokenDropout",
        "token dropout",
        "Puts one token in the place of some.",
        "drop_tokens",
        ("tokens",),
        (
            Parameter("share", Real(0, 1), 0.1, "Share of the tokens that are replaced."),
            Parameter("token", Integer(0), 0, "What takes their place: the number of padding, or of an unknown word."),
        ),
        help="The network must make do with part of a text, and does not learn sentences by heart.",
    ),
)

AUGMENTATIONS = tuple(replace(spec, parameters=(*spec.parameters, ON)) for spec in _SPECS)
augmentations: Mapping[str, AugmentationSpec] = frozendict({spec.kind: spec for spec in AUGMENTATIONS})


def find_form(sample: TensorType) -> Form | None:
    """Return what samples are, None where nothing here suits them."""
    if sample.dtype == "int":
        return "tokens" if len(sample.sizes) == 1 else None
    forms: dict[int, Form] = {1: "row", 2: "series", 3: "picture"}
    return forms.get(len(sample.sizes))


def list_fitting(known: Facts) -> tuple[AugmentationSpec, ...]:
    """Return the augmentations that suit the samples of some data."""
    form = find_form(known.input)
    return tuple(spec for spec in AUGMENTATIONS if form in spec.forms)


def refuse_augmentation(spec: AugmentationSpec, known: Facts, loss: LossSpec, objective: ObjectiveSpec) -> str | None:
    """Return why samples cannot be changed so, in a whole sentence that says what to do; None if they can."""
    if find_form(known.input) not in spec.forms:
        return f"{spec.title.capitalize()} is for {' or '.join(FORMS[form] for form in spec.forms)}. Take it out."
    if objective.form == "weighted":
        return "With several losses samples are taken as they are. Take augmentation out."
    if not spec.mixes:
        return None
    plain = objective.form == "plain" and objective.compares == "target"
    if not plain or known.inputs > 1 or known.target.kind == "tokens":
        return f"{spec.title.capitalize()} mixes targets, and there are none here that can be mixed. Take it out."
    if loss.target == "sign" or loss.outputs == "distances" or (loss.target == "class" and not loss.takes_shares):
        return f"{spec.title.capitalize()} mixes classes, which {loss.kind} cannot take. Use CrossEntropyLoss, or take it out."
    return None
