"""Images in IDX files. What the network must know of them is recorded in the parameters: no file is opened here."""

from designer.catalogue.parameters import Integer, Parameter, Path, Real, Sizes, Values
from designer.catalogue.source_spec import Facts, SourceSpec, Step, Target
from designer.catalogue.spec import TensorType
from designer.document.graph import Value
from designer.document.project import Data


def _idx_facts(values: Values) -> Facts:
    sizes, classes = values["sizes"], values["classes"]
    labels = tuple(map(str, range(classes)))
    return Facts(TensorType(sizes), Target("class", classes, labels), values["rows"], given_split=True)


def _idx_steps(values: Values, data: Data) -> tuple[Step, ...]:
    arguments: dict[str, Value] = {"mean": values["mean"], "std": values["std"]}
    if values["memory"]:
        arguments["memory"] = values["memory"]
    if not data.test:
        return (Step("x, y, train, validation", "idx", "read_idx_images", "path", arguments),)
    return (  # what the files call test is it then, and the last training images are held out
        Step("x, y, train, test", "idx", "read_idx_images", "path", arguments),
        Step("train, validation", "split", "cut_slice", "train", {"validation": data.validation}),
    )


def _predict(values: Values) -> tuple[Step, ...]:
    greys: dict[str, Value] = {"mean": values["mean"], "std": values["std"]}
    return (
        Step("rows", "given", "read_given", "path", {"sizes": values["sizes"]}),
        Step("x", "idx", "scale_greys", "rows", greys),
    )


IDX = SourceSpec(
    kind="Idx",
    title="Images in IDX files",
    summary="A folder with the four files of MNIST, or of a data set in its form.",
    parameters=(
        Parameter("path", Path(folder=True), "", "Folder with train-images-idx3-ubyte.gz and its three partners."),
        Parameter(
            "mean", Real(), 0.1307, "Taken off every grey value, which runs from 0 to 1; 0.1307 is MNIST's mean."
        ),
        Parameter("std", Real(0, above=True), 0.3081, "Every grey value is divided by this; 0.3081 is MNIST's own."),
        Parameter(
            "memory",
            Real(0),
            0.0,
            "Gigabytes of images to keep in memory; 0 is half of what is free. More are kept in a file and read ahead.",
        ),
        Parameter("sizes", Sizes(max_rank=3), (1, 28, 28), "Sizes of one image.", hidden=True),
        Parameter("classes", Integer(2, 256), 10, "Number of classes.", hidden=True),
        Parameter("rows", Integer(), 60_000, "Number of training images.", hidden=True),
    ),
    facts=_idx_facts,
    steps=_idx_steps,
    path="path",
    streams=True,
    predict=_predict,
    help="MNIST (LeCun and others, 1998), Fashion-MNIST, KMNIST and others come in this form: training and test images, "
    "each with their labels, as .gz or unpacked. The test part serves as validation. Scaling grey values to mean 0 and "
    "deviation 1 makes learning faster.",
)


SOURCES = (IDX,)
