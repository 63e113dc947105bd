"""predict.py: a program that answers new samples with a network that was trained. It needs no Designer."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

from designer.catalogue.facts import infer_project
from designer.catalogue.source_spec import Step
from designer.codegen.answers import RECIPE, find_undoing, list_tellings, name_past, write_answer
from designer.codegen.channels import arrange, collect_arrangement, wants_channels_last
from designer.codegen.data import RETURN, write_steps
from designer.codegen.duel import write_networks
from designer.codegen.flow import find_outputs, order_nodes
from designer.codegen.imports import Import, list_packages, write_imports
from designer.codegen.layout import LINE_LENGTH, STEP
from designer.codegen.objectives import call, count_parts, name_type
from designer.codegen.readiness import Setup, demand_network, demand_training, find_setup, refuse
from designer.codegen.recipes import collect_definitions
from designer.codegen.script import OLDEST_TORCH, name_plainly
from designer.codegen.source import Unwritable
from designer.codegen.text import Text
from designer.document.custom import find_code
from designer.document.graph import Value
from designer.document.project import Project

IMPORTS: tuple[Import, ...] = (
    ("argparse", "", ""),
    ("csv", "", ""),
    ("io", "TextIOWrapper", ""),
    ("json", "", ""),
    ("sys", "", ""),
    ("pathlib", "Path", ""),
    ("typing", "Any", ""),
    ("torch", "", ""),
    ("safetensors.torch", "load_file", ""),
    ("torch", "Tensor", ""),
    ("torch", "nn", ""),
)
SCALES = {  # variables that say how samples were scaled: recipe and function that do so to new ones
    "x_scale": ("scale", "apply_scale"),
    "scaling": ("pictures", "scale_pictures"),
}


@dataclass(frozen=True, slots=True)
class Prediction:
    """The text of predict.py. `kept` are the variables of load_data that it needs; `packages` what is to be installed.

    `takes` says in words what file it wants; where that is `numbers`, not one like that of the training, an array will
    do. `window` is the length of the windows of a text of which the next token is told, 0 where it is something else:
    one that is shorter is filled up behind before the network gets it. `foreign` are the texts of Custom layers within. `told` are the functions of recipes/answers.py that tell the
    answers, one for each output: "tell_classes". `past` is the variable of what was read, where answers build on it.
    """

    text: str
    model: str
    kept: tuple[str, ...]
    packages: tuple[str, ...]
    takes: str
    numbers: bool
    foreign: frozenset[str] = frozenset()
    told: tuple[str, ...] = ()
    past: str = ""
    window: int = 0


def render_prediction(project: Project) -> Prediction:
    """Return predict.py for a project. Raises NotReady where it is not sound, or answers no new samples."""
    inference = infer_project(project)
    order = order_nodes(inference.graph, find_outputs(inference))
    demand_training(project, inference, order, None)
    demand_network(project, inference, order)
    network = write_networks(project, inference, order)
    setup = find_setup(project, inference, network.results[0])
    if setup.objective.form == "adversarial":
        raise refuse("A generator makes samples and answers none: its script draws them with --sample.")
    carried = ["\n".join(network.text.lines), *(each.text for each in network.definitions)]
    if not find_code(project) and wants_channels_last(setup, carried):
        setup = replace(setup, channels_last=True)
    fitted = find_fitted(setup)
    steps, numbers = list_steps(setup, fitted)
    undoing, past = find_undoing(setup), name_past(setup)
    try:
        first, second, _ = split_steps(steps)
        reading, encoding = write_steps(first), write_steps(second)
        answering, functions, undone = write_answer(setup, "y_scale" in fitted)
    except Unwritable as reason:
        raise refuse(f"A setting of the data cannot be written as code: {reason}.") from None
    words = " ".join(step.inputs for step in steps)
    kept = tuple(name for name in fitted if name in words.replace(",", " ").split())
    definitions = [
        *network.definitions,
        *reading.definitions,
        *encoding.definitions,
        *(collect_definitions("scale", ["undo_scale"]) if undone else ()),
        *(collect_definitions(undoing.recipe, [undoing.function]) if undoing is not None else ()),
        *collect_definitions(RECIPE, functions),
        *collect_arrangement(setup),
    ]
    definitions = list(dict.fromkeys(definitions))
    imports = {
        *IMPORTS,
        *network.imports,
        *reading.imports,
        *encoding.imports,
        *(item for each in definitions for item in each.imports),
    }
    packages = tuple(list_packages([*imports, ("numpy", "", "")]))
    told = tuple(each.functions[-1] for each in list_tellings(setup, "y_scale" in fitted))
    window = setup.facts.input.sizes[0] if told == ("tell_next",) and count_parts(setup).x == 1 else 0
    text = Text()
    takes = describe_input(setup, numbers, steps)
    text.add(_write_docstring(name_plainly(network.name), network.summary, takes, packages))
    text.add([*write_imports(imports), "", "HERE = Path(__file__).resolve().parent"])
    for definition in definitions:
        text.add(["", "", *definition.text.split("\n")])
    text.add(["", ""])
    text.append(network.text)
    for block in (
        *_write_encoding(setup, reading.lines, encoding.lines, kept, steps),
        answering,
        write_loading(network.name),
        _write_predict(setup, window),
        MAIN.strip("\n").replace("<past>", f", {past}" if past else "").split("\n"),
    ):
        text.add(["", "", *block])
    body = "\n".join(text.lines) + "\n"
    all_kept = tuple(name for name in fitted if name in kept or (name == "y_scale" and undone))
    return Prediction(body, network.name, all_kept, packages, takes, numbers, find_code(project), told, past, window)


def find_fitted(setup: Setup) -> tuple[str, ...]:
    """Return the variables of load_data that hold what was fitted."""
    steps = setup.source.steps(setup.source_values, setup.data)
    made = {name for step in steps for name in step.outputs.split(", ")}
    return tuple(name for name in setup.source.kept if name in made)


def list_steps(setup: Setup, fitted: Sequence[str]) -> tuple[tuple[Step, ...], bool]:
    """Return the lines that make `x` out of `path`, and whether they read an array where training read something else."""
    if setup.source.predict is not None:
        return setup.source.predict(setup.source_values), False
    facts = setup.facts
    sizes = facts.input.sizes if facts.inputs == 1 else (facts.inputs, *facts.input.sizes)
    form: dict[str, Value] = {"sizes": sizes}
    if facts.input.dtype == "int":
        form["whole"] = True
    steps = [Step("rows", "given", "read_given", "path", form)]
    scale = next((name for name in SCALES if name in fitted), "y_scale" if facts.gap is not None else "")
    if scale in SCALES:
        steps.append(Step("x", *SCALES[scale], f"rows, {scale}"))
    elif scale in fitted:  # windows of a series are scaled as what comes after them
        steps.append(Step("x", *SCALES["x_scale"], f"rows, {scale}"))
    elif facts.inputs > 1:
        steps.append(Step("x", "given", "part_samples", "rows"))
    else:
        steps[0] = replace(steps[0], outputs="x")
    return tuple(steps), True


def describe_input(setup: Setup, numbers: bool, steps: Sequence[Step]) -> str:
    """Return in words which file is answered."""
    if numbers:
        sizes = setup.facts.input.sizes
        wide = (setup.facts.inputs, *sizes) if setup.facts.inputs > 1 else sizes
        return f"an array in a .npy file, samples x {' x '.join(map(str, wide))}, or a table of numbers with a row a sample"
    if any(step.function == "read_new_table" for step in steps):
        return (
            "a table with the columns of the training, the target aside: CSV of any kind, Excel, Parquet, JSON or ARFF"
        )
    return "a file or folder like that of the training, in which the target may be missing"


def _write_docstring(name: str, summary: str, takes: str, packages: Sequence[str]) -> list[str]:
    *first, last = packages
    return [
        f'"""Answer new samples with {name}: {summary}.',
        "",
        "Designed with Designer. It reads preprocessing.json and model.safetensors beside it.",
        "",
        f"{STEP}python predict.py INPUT [-o OUT.csv] [--first N] [--device NAME]",
        "",
        *textwrap.wrap(f"INPUT is {takes}.", LINE_LENGTH),
        "",
        f"Needs {', '.join(first)} and {last}; torch {OLDEST_TORCH} or later.",
        '"""',
        "",
    ]


def split_steps(steps: Sequence[Step]) -> tuple[tuple[Step, ...], tuple[Step, ...], str]:
    """Return the lines that read a file, those that encode what is read, and the variable that hands it over."""
    last = max(place for place, step in enumerate(steps) if "path" in step.inputs.split(", "))
    reading, encoding = tuple(steps[: last + 1]), [*steps[last + 1 :]]
    if encoding:
        encoding[-1] = replace(encoding[-1], outputs=RETURN)
    read = [name for step in reading for name in step.outputs.split(", ")]
    wanted = [name for step in encoding for name in step.inputs.split(", ")] or ["x"]
    return reading, tuple(encoding), next(name for name in wanted if name in read)


def _write_encoding(
    setup: Setup, reading: Sequence[str], encoding: Sequence[str], kept: Sequence[str], steps: Sequence[Step]
) -> list[list[str]]:
    """Return `encode` and `encode_file`; of the lines given these read a file, those encode what was read."""
    parts = count_parts(setup).x
    given = split_steps(steps)[2]
    files = any("files" in step.outputs.split(", ") for step in steps)
    pictures = any(step.function == "open_pictures" for step in steps)
    names = "rows" if pictures else "files" if files else ""
    count = "len(x)" if parts == 1 else "len(x[0])"
    told = f"[str(name) for name in {names}]" if names else f"[str(number) for number in range(1, {count} + 1)]"
    past = name_past(setup)
    returned = [name_type(parts), "list[str]", *(["Tensor"] if past else [])]
    more = f", and the {past} they were cut from" if past else ""
    return [
        [
            f"def encode({given}: Any, kept: dict[str, Any]) -> {name_type(parts)}:",
            f'{STEP}"""Return samples as the network takes them, encoded as those it learned from."""',
            *(f'{STEP}{name} = kept["{name}"]' for name in kept),
            *(encoding or [f"{STEP}return {given}"]),
        ],
        [
            f"def encode_file(path: Path, kept: dict[str, Any]) -> tuple[{', '.join(returned)}]:",
            f'{STEP}"""Return the samples of a file as the network takes them, and a name for each{more}."""',
            *reading,
            f"{STEP}x = encode({given}, kept)",
            f"{STEP}return x, {told}{f', {past}' if past else ''}",
        ],
    ]


def write_loading(name: str) -> list[str]:
    """Return `load_network`."""
    return [
        "def load_network(path: Path, device: str) -> nn.Module:",
        f'{STEP}"""Return the network with its weights, ready to answer."""',
        f"{STEP}network = {name}()",
        f"{STEP}network.load_state_dict(load_file(path))",
        f"{STEP}return network.to(device).eval()",
    ]


def _write_predict(setup: Setup, window: int) -> list[str]:
    """Return `predict`, which runs the network over samples, a text that is shorter than a `window` filled up behind."""
    parts = count_parts(setup)
    batch = setup.evaluation_batch
    pieces = f"x.split({batch})" if parts.x == 1 else f"zip(*(part.split({batch}) for part in x), strict=True)"
    moved = "batch.to(device)" if parts.x == 1 else "[part.to(device) for part in batch]"
    answers = call("network", arrange(setup, "given"), parts.x)
    outputs = name_type(parts.outputs)
    joined = (
        "torch.cat(found).cpu()"
        if parts.outputs == 1
        else "tuple(torch.cat(part).cpu() for part in zip(*found, strict=True))"
    )
    filling = []
    if window:
        joined = "torch.cat(found)[:, :known].cpu()"
        filling = [
            f"{STEP}known = x.shape[1]",
            f"{STEP}x = nn.functional.pad(x, (0, {window} - known))  # behind: nothing looks ahead",
        ]
    return [
        "@torch.inference_mode()",
        f"def predict(network: nn.Module, x: {name_type(parts.x)}, device: str) -> {outputs}:",
        f'{STEP}"""Return what the network gives for samples."""',
        *filling,
        f"{STEP}found = []",
        f"{STEP}for batch in {pieces}:",
        f"{STEP}{STEP}given = {moved}",
        f"{STEP}{STEP}found.append({answers})",
        f"{STEP}return {joined}",
    ]


MAIN = '''
def take(x: Any, first: int | None) -> Any:
    """Return the first samples, all where no number is given."""
    return x[:first] if isinstance(x, Tensor) else tuple(part[:first] for part in x)


def main() -> None:
    """Read the command line, answer, write a table."""
    parser = argparse.ArgumentParser(description="Answer new samples with a network that was trained.")
    parser.add_argument("input", type=Path, metavar="INPUT")
    parser.add_argument("-o", "--out", type=Path, help="a CSV file; without it the answers are printed")
    parser.add_argument("--first", type=int, help="answer only so many samples")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, mps or xpu")
    args = parser.parse_args()
    try:
        kept = json.loads((HERE / "preprocessing.json").read_text(encoding="utf-8"))
        x, names<past> = encode_file(args.input, kept)
        network = load_network(HERE / "model.safetensors", args.device)
    except (OSError, EOFError, ValueError, KeyError, ImportError) as error:
        raise SystemExit(f"Not answered: {error}") from None
    columns = answer(predict(network, take(x, args.first), args.device), kept<past>)
    table = [["sample", *columns], *zip(names[: args.first], *columns.values(), strict=True)]
    if args.out is None:
        if isinstance(sys.stdout, TextIOWrapper):  # a pipe on Windows: names are in any language
            sys.stdout.reconfigure(encoding="utf-8")
        csv.writer(sys.stdout, lineterminator="\\n").writerows(table)
    else:
        with args.out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)


if __name__ == "__main__":
    main()
'''
