"""Arrays of numbers in files, and CIFAR. What is in them was looked up: no file is opened here."""

from designer.catalogue.parameters import Flag, Integer, Option, Parameter, Path, Several, Text, Values
from designer.catalogue.source_spec import Facts, SourceError, SourceSpec, Step, Target
from designer.catalogue.sources.images import NORMALIZE, keep_memory, name_classes, normalize, scale
from designer.catalogue.sources.steps import name_parts, split_rows
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from designer.document.project import Data

LAYOUTS = ("as they are", "channels last", "add a channel")
ANSWERS = ("class", "one-hot", "labels", "value")
LARGEST_VOCABULARY = 1_000_000
MOST_TARGETS = 10_000


def _sizes(values: Values) -> tuple[int, ...]:
    """Return the sizes of a sample with its channels first."""
    sizes: tuple[int, ...] = values["sizes"]
    if values["layout"] == "channels last":
        return (sizes[-1], *sizes[:-1])
    return (1, *sizes) if values["layout"] == "add a channel" else sizes


def _facts(values: Values) -> Facts:
    classes, answer, count = values["classes"], values["answer"], values["targets"]
    if not values["sizes"] or (answer in ("class", "one-hot") and not classes):
        raise SourceError("Choose the file or folder of the arrays, then which of them are samples and targets.")
    if len(values["pairs"]) not in (0, 4):
        raise SourceError("The arrays of the parts are not complete. Choose the file or folder again.")
    if answer in ("class", "one-hot") and len(set(classes)) < max(len(classes), 2):
        raise SourceError("The targets have a single class, or one is listed twice. Choose another array.")
    if answer in ("class", "one-hot"):
        target = name_classes(classes)
    else:
        names = tuple(map(str, range(count)))
        target = Target("labels" if answer == "labels" else "value", count, names)
    sizes, tokens = _sizes(values), values["tokens"]
    kind = TensorType(sizes, "int" if tokens else "float")
    given, size = any(values["pairs"]), values["numbers"] if tokens else 0
    return Facts(kind, target, values["rows"] or None, given_split=given, vocabulary=size)


def _read(values: Values) -> tuple[Step, ...]:
    """Return the lines that give `values`, `labels` and, where the source knows them, `parts`."""
    x, y, more = values["x"], values["y"], values["pairs"]
    if not y:
        column: dict[str, Value] = {"name": x, "column": values["column"]}
        return (Step("values, labels", "arrays", "read_columns", "path", column),)
    if not any(more):
        return (Step("values, labels", "arrays", "read_pair", "path", {"x": x, "y": y}),)
    pairs = ((x, y), more[0:2], more[2:4])
    return (Step("values, labels, parts", "arrays", "read_pairs", "path", {"pairs": pairs}),)


def _answer(values: Values) -> Step:
    match values["answer"]:
        case "class":
            return Step("y", "arrays", "number_classes", "labels", {"classes": values["classes"]})
        case "one-hot":
            return Step("y", "arrays", "find_classes", "labels")
    return Step("y", "arrays", "take_values", "labels")


def _share_out(values: Values, data: Data) -> tuple[Step, ...]:
    if not any(values["pairs"]):
        return split_rows(data, "values")
    test: dict[str, Value] = {"test": True} if data.test else {}
    arguments = {"validation": data.validation, "seed": data.split_seed, **test}
    return (Step(name_parts(data), "split", "take_given", "parts", arguments),)


def _layout(values: Values) -> dict[str, Value]:
    return {"layout": values["layout"]} if values["layout"] != LAYOUTS[0] else {}


def _steps(values: Values, data: Data) -> tuple[Step, ...]:
    lines = (*_read(values), _answer(values), *_share_out(values, data))
    if values["tokens"]:
        return (*lines, Step("x", "arrays", "take_tokens", "values"))
    if values["scale"] == "standardize":
        fitted = Step("x_scale", "arrays", "fit_array", "values, train", _layout(values))
    else:
        std = 255.0 if values["scale"] == "divide by 255" else 1.0
        fitted = Step("x_scale", "arrays", "give_scale", "", {"mean": 0.0, "std": std})
    parts = name_parts(data)
    arguments = {**_layout(values), **keep_memory(values)}
    filling = Step(f"x, y, {parts}", "arrays", "fill_samples", f"values, y, {parts}, x_scale=x_scale", arguments)
    return (*lines, fitted, filling)


def _predict(values: Values) -> tuple[Step, ...]:
    wanted: dict[str, Value] = {"name": values["x"], "features": values["sizes"][0], "column": values["column"]}
    reading = (
        Step("rows", "arrays", "read_array", "path", {"name": values["x"]})
        if values["y"]
        else Step("rows", "arrays", "read_samples", "path", wanted)
    )
    if values["tokens"]:
        return (reading, Step("x", "arrays", "take_tokens", "rows"))
    return (reading, Step("x", "arrays", "scale_rows", "rows, x_scale", _layout(values)))


ARRAYS = SourceSpec(
    kind="Arrays",
    title="Arrays (NumPy, IDX)",
    summary="Samples and targets in arrays: an .npz file, .npy files, or IDX files of any form.",
    parameters=(
        Parameter("path", Path(), "", "The .npz or .npy file, or the folder with the arrays."),
        Parameter("x", Text(), "", "Name of the array of samples; the file's name in a folder."),
        Parameter("y", Text(), "", "Name of the array of targets; none where they are a column of the samples."),
        Parameter("column", Integer(-100_000, 100_000), -1, "That column, from 0; -1 is the last."),
        Parameter(
            "layout",
            Option(LAYOUTS),
            LAYOUTS[0],
            "Where the channels of a picture stand; a network wants them first. A grey picture may have none yet.",
        ),
        Parameter(
            "scale",
            Option(("standardize", "divide by 255", "none")),
            "standardize",
            "Standardize scales each feature, or each channel, to mean 0 and deviation 1 on the training rows.",
        ),
        Parameter("tokens", Flag(), False, "Whole numbers stand for words or categories: Embedding takes them."),
        NORMALIZE[-1],
        Parameter("sizes", Several(Integer(1), 6), (), "Sizes of a sample in the array.", hidden=True),
        Parameter("answer", Option(ANSWERS), "class", "What the targets are.", hidden=True),
        Parameter("classes", Several(Text()), (), "Names of the classes.", hidden=True),
        Parameter("targets", Integer(1, MOST_TARGETS), 1, "Numbers or questions in a target.", hidden=True),
        Parameter("numbers", Integer(0, LARGEST_VOCABULARY), 0, "Tokens that there are.", hidden=True),
        Parameter("pairs", Several(Text(), 4), (), "Arrays of the validation and the test part.", hidden=True),
        Parameter("rows", Integer(0), 0, "Number of samples to train on, or to draw from.", hidden=True),
    ),
    facts=_facts,
    steps=_steps,
    path="path",
    streams=True,
    kept=("x_scale",),
    predict=_predict,
    gives_parts=True,
    help="What other programs left: `numpy.save`, `numpy.savez`, EMNIST and its like. Samples and targets are found by their "
    "names (x and y, data and labels, images and labels, with train, val and test). Arrays of Python objects are pickled, "
    "which could run code, and so are never read: save them as numbers.",
)


# --- CIFAR ------------------------------------------------------------------------------------------------------------


def _cifar_facts(values: Values) -> Facts:
    classes = values["coarse_classes"] if values["coarse"] else values["classes"]
    if len(classes) < 2 or len(set(classes)) < len(classes):
        raise SourceError("Choose the folder of the binary version of CIFAR-10 or CIFAR-100.")
    return Facts(TensorType((3, 32, 32)), name_classes(classes), values["rows"] or None, given_split=True)


def _cifar_steps(values: Values, data: Data) -> tuple[Step, ...]:
    coarse: dict[str, Value] = {"coarse": True} if values["coarse"] else {}
    if not data.test:
        reading: tuple[Step, ...] = (Step("images, y, train, validation", "cifar", "read_cifar", "path", coarse),)
    else:  # what the files call test is it then, and the last training images are held out
        reading = (
            Step("images, y, train, test", "cifar", "read_cifar", "path", coarse),
            Step("train, validation", "split", "cut_slice", "train", {"validation": data.validation}),
        )
    return (*reading, *normalize(values, 3))


def _cifar_predict(values: Values) -> tuple[Step, ...]:
    labels = 2 if values["coarse_classes"] else 1
    return Step("images, rows", "cifar", "open_cifar", "path", {"labels": labels}), scale(values)


CIFAR = SourceSpec(
    kind="Cifar",
    title="CIFAR-10 and CIFAR-100",
    summary="A folder with the binary version of CIFAR: 60,000 coloured images of 32 x 32.",
    parameters=(
        Parameter("path", Path(folder=True), "", "Folder with data_batch_1.bin or train.bin and their partners."),
        Parameter("coarse", Flag(), False, "Of CIFAR-100 the 20 classes above the 100."),
        *NORMALIZE,
        Parameter("classes", Several(Text()), (), "Names of the classes.", hidden=True),
        Parameter("coarse_classes", Several(Text()), (), "Names of the classes above.", hidden=True),
        Parameter("rows", Integer(0), 50_000, "Number of training images.", hidden=True),
    ),
    facts=_cifar_facts,
    steps=_cifar_steps,
    path="path",
    streams=True,
    kept=("scaling",),
    predict=_cifar_predict,
    help="Krizhevsky (2009): aeroplanes, cars, birds, cats and so on, hand-picked from the web. A good small CNN gets 80 % "
    "of the ten classes right in minutes on a GPU, a ResNet 93 %. The test part serves as validation, unless a share for "
    "test is wanted.",
)

SOURCES = (ARRAYS, CIFAR)
