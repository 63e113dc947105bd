"""Pictures in folders, one class a folder, or listed in a table. What they are was looked up: no file is opened here."""

from designer.catalogue.parameters import (
    Factors,
    Flag,
    Integer,
    Option,
    Parameter,
    Path,
    PerAxis,
    Real,
    Several,
    Text,
    Values,
)
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec, Step, Target
from designer.catalogue.sources.steps import STANDARDIZE_Y, name_parts, split_rows
from designer.catalogue.sources.table_files import FORM, read_file, read_new_file
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from designer.document.project import Data

LARGEST_SIDE = 4096
# Mean and standard deviation of red, green and blue that networks trained on ImageNet expect.
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")

NORMALIZE = (
    Parameter(
        "normalize",
        Option(("fitted", "ImageNet", "given", "none")),
        "fitted",
        "Mean and deviation that are taken out of each channel: fitted to the training part, ImageNet's, those given below.",
    ),
    Parameter("mean", Factors(0, 1), 0.5, "Taken off each value, which runs from 0 to 1, where `normalize` is given."),
    Parameter("std", Factors(), 0.5, "What is left is divided by this, where `normalize` is given."),
    Parameter(
        "memory",
        Real(0),
        0.0,
        "Gigabytes of pictures to keep in memory; 0 is half of what is free. More are kept in a file and read ahead.",
    ),
)


def normalize(values: Values, channels: int) -> tuple[Step, ...]:
    """Return the lines that make `x` of `images`, whose values run from 0 to 255."""
    if values["normalize"] == "fitted":
        scaling = Step("scaling", "pictures", "fit_channels", "images, train")
    else:
        known: dict[str, tuple[Value, Value]] = {"ImageNet": IMAGENET, "none": (0.0, 1.0)}
        given = known.get(values["normalize"], (values["mean"], values["std"]))
        mean, std = (_spread(each, channels) for each in given)
        scaling = Step("scaling", "pictures", "set_channels", "", {"mean": mean, "std": std})
    return (scaling, scale(values))


def scale(values: Values) -> Step:
    """Return the line that makes `x` of `images` with the `scaling` that was fitted or given."""
    return Step("x", "pictures", "scale_pictures", "images, scaling", keep_memory(values))


def _spread(value: Value, channels: int) -> tuple[float, ...]:
    """Return a number for each channel: of three for one channel their mean."""
    numbers = value if isinstance(value, tuple) else (value,) * channels
    if len(numbers) == channels:
        return numbers  # type: ignore[return-value]
    return (round(sum(numbers) / len(numbers), 6),) * channels  # type: ignore[arg-type]


def keep_memory(values: Values) -> dict[str, Value]:
    """Return the argument that says how much is kept in memory, where it is said."""
    return {"memory": values["memory"]} if values["memory"] else {}


def name_classes(classes: tuple[str, ...]) -> Target:
    """Return the target that classes of these names are."""
    return Target("binary", 1, classes) if len(classes) == 2 else Target("class", len(classes), classes)


def _size(values: Values) -> tuple[int, int]:
    size = values["size"]
    return size if isinstance(size, tuple) else (size, size)


def _facts(values: Values) -> Facts:
    classes = values["classes"]
    picture = TensorType((1 if values["greyscale"] else 3, *_size(values)))
    if values["number"]:
        if len(values["columns"]) != 2 or values["columns"][1] != values["number"]:
            raise SourceError("Columns of the pictures are not complete. Choose the file again.")
        return Facts(picture, Target("value", 1, (values["number"],)), values["rows"] or None)
    if not classes:
        raise SourceError("Choose the folder that holds a folder of pictures for each class.")
    if len(set(classes)) < max(len(classes), 2):
        raise SourceError("The pictures have a single class, or one is listed twice. Choose the folder again.")
    if len(values["columns"]) == 1 or len(values["parts"]) in (1, 2):
        raise SourceError("Columns or parts of the pictures are not complete. Choose the folder or file again.")
    return Facts(picture, name_classes(classes), values["rows"] or None, given_split=bool(values["parts"]))


def _decoding(values: Values) -> dict[str, Value]:
    """Return how pictures are brought to one size; what is as the recipe does it anyway is left out."""
    changed: dict[str, Value] = {"fit": values["fit"]} if values["fit"] != "crop" else {}
    if values["greyscale"]:
        changed["grey"] = True
    return {"size": _size(values), **changed, **keep_memory(values)}


def _listing(values: Values) -> tuple[Step, ...]:
    """Return the lines that give `files` and `y`."""
    classes, parts = values["classes"], tuple(part for part in values["parts"] if part)
    if not values["columns"]:
        return (list_files(classes, SUFFIXES, parts),)
    place, label = values["columns"]
    labels: dict[str, Value] = {"column": label, "labels": classes}
    encoding = Step("y", "table", "encode_classes", "table", labels)
    if values["number"]:
        encoding = Step("y", "table", "encode_values", "table", {"columns": (label,)})
    texts = (place,) if values["number"] else (place, label)
    return read_file(values, "table", {"target": label, "texts": texts}), _take_places(values), encoding


def _take_places(values: Values) -> Step:
    beside: dict[str, Value] = {"folder": values["folder"]} if values["folder"] else {}
    return Step("files", "pictures", "take_places", "table", {"column": values["columns"][0], **beside})


def list_files(classes: tuple[str, ...], suffixes: tuple[str, ...], parts: tuple[str, ...]) -> Step:
    """Return the line that gives `files` and `y` of folders that are classes, within those that are parts if any."""
    folders: dict[str, Value] = {"classes": classes, "suffixes": suffixes}
    if parts:
        folders["parts"] = parts
    return Step("files, y", "folders", "list_files", "path", folders)


def split_files(data: Data, parts: tuple[str, ...]) -> tuple[Step, ...]:
    """Return the lines that share out `files`: as their folders say, where these are parts."""
    if not parts:
        return split_rows(data, "files", alike=Step("groups", "alike", "number_files", "path, files"))
    marking = Step("parts", "folders", "mark_parts", "files", {"parts": parts})
    test: dict[str, Value] = {"test": True} if data.test else {}
    arguments = {"validation": data.validation, "seed": data.split_seed, **test}
    return marking, Step(name_parts(data), "split", "take_given", "parts", arguments)


def _steps(values: Values, data: Data) -> tuple[Step, ...]:
    parts = split_files(data, values["parts"])
    names = name_parts(data)
    inputs = f"path, files, y, {names}"
    reading = Step(f"images, files, y, {names}", "pictures", "read_pictures", inputs, _decoding(values))
    scaling = STANDARDIZE_Y if values["number"] else ()
    return (*_listing(values), *parts, reading, *scaling, *normalize(values, 1 if values["greyscale"] else 3))


def _predict(values: Values) -> tuple[Step, ...]:
    if values["columns"]:
        place, label = values["columns"]
        listing: tuple[Step, ...] = (
            read_new_file(values, "table", {"texts": (place,)}, (label,)),
            _take_places(values),
        )
    else:
        listing = (Step("files", "folders", "list_all_files", "path", {"suffixes": SUFFIXES}),)
    reading = Step("images, rows", "pictures", "open_pictures", "path, files", _decoding(values))
    return (*listing, reading, scale(values))


IMAGE_FOLDER = SourceSpec(
    kind="ImageFolder",
    title="Images in folders",
    summary="Pictures (JPEG, PNG, WebP and others) in folders, one class a folder, or listed in a table with their labels.",
    parameters=(
        Parameter("path", Path(folder=True), "", "The folder that holds a folder of pictures for each class."),
        Parameter(
            "size",
            PerAxis(2, high=LARGEST_SIDE),
            64,
            "Height and width to which every picture is brought: a number, or two for what is not square.",
        ),
        Parameter(
            "fit",
            Option(("crop", "pad", "stretch")),
            "crop",
            "Crop takes the middle of a picture of another form, pad adds black edges, stretch distorts it.",
        ),
        Parameter("greyscale", Flag(), False, "One channel of grey values in place of red, green and blue."),
        Parameter(
            "target",
            Option(("as it looks", "class", "number")),
            "as it looks",
            "What the column beside the names of the pictures says: a class, or a number to be predicted.",
        ),
        *NORMALIZE,
        Parameter(
            "classes", Several(Text()), (), "Names of the classes, which are those of their folders.", hidden=True
        ),
        Parameter("rows", Integer(0), 0, "Number of pictures to train on, or to draw from; 0 is unknown.", hidden=True),
        Parameter(
            "parts",
            Several(Text(), 3),
            (),
            "Folders of the training, validation and test part, if any; one that is not there is empty.",
            hidden=True,
        ),
        Parameter("columns", Several(Text(), 2), (), "Columns of a table with the places and the labels.", hidden=True),
        Parameter(
            "number", Text(), "", "The column of those with the numbers to predict, if they are no labels.", hidden=True
        ),
        Parameter("folder", Text(), "", "Folder beside the table where the places begin.", hidden=True),
        *FORM,
    ),
    facts=_facts,
    steps=_steps,
    path="path",
    streams=True,
    gives_parts=True,
    kept=("scaling", "y_scale"),
    predict=_predict,
    help="Every picture is turned the right way up as its camera noted it, cut to its middle and brought to one size. Small "
    "sizes learn fast: 64 x 64 shows what a hand or a leaf is. Mean and deviation of each channel are measured on the "
    "training part alone. A file that cannot be read is left out and named.",
)

SOURCES = (IMAGE_FOLDER,)
