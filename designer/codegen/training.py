"""The functions of the training script that follow from loss, optimizer and schedule: make_loss to main."""

from collections.abc import Iterable

from designer.catalogue.parameters import Parameter, Values
from designer.codegen.layout import STEP, Group, Piece, lay_out
from designer.codegen.readiness import Setup
from designer.codegen.source import write_literal, write_piece
from designer.document.graph import Value
from designer.document.project import Training

# Rows in one batch of evaluation: large, as nothing is kept for a backward pass.
EVALUATION_BATCH = 1024

EVALUATE = f'''\
@torch.no_grad()
def evaluate(model: nn.Module, loss: nn.Module, x: Tensor, y: Tensor) -> dict[str, float]:
    """Return the loss and the metrics over all samples."""
    model.eval()
    outputs = torch.cat([model(batch) for batch in x.split({EVALUATION_BATCH})])
    scores = {{"loss": loss(outputs, y)}} | measure(outputs, y)
    return {{name: score.item() for name, score in scores.items()}}'''

CHOOSE_DEVICE = '''\
def choose_device(name: str) -> torch.device:
    """Return the device of that name; "auto" is an accelerator if there is one. torchrun gives each process its own."""
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    known = ["cpu"]
    if accelerator is not None:
        numbered = [f"{accelerator.type}:{index}" for index in range(torch.accelerator.device_count())]
        known = [accelerator.type, "cpu", *numbered]
    if name not in ("auto", *known):
        raise SystemExit(f"There is no device {name!r} here. Choose auto or one of: {', '.join(known)}.")
    device = torch.device(known[0] if name == "auto" else name)
    if "LOCAL_RANK" in os.environ and device.type != "cpu":
        device = torch.device(device.type, int(os.environ["LOCAL_RANK"]))
        torch.accelerator.set_device_index(device.index)
    return device'''

TRAIN = '''\
def train({arguments}) -> tuple[nn.Module, list[float]]:
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation = load_data({path})
    x, y = x.to(device), y.to(device)
    validation = [tensor.to(device) for tensor in validation]
    batch_size = {batch_size} * world

    model = {model}().to(device)
    network = DistributedDataParallel(model) if world > 1 else model
    loss = make_loss()
    optimizer = make_optimizer(model)
{schedule}
    curve: list[float] = []
    for epoch in range(1, epochs + 1):
        model.train()
        losses = []
        total = torch.zeros((), device=device)
        for batch in torch.randperm(len(x), generator=order).split(batch_size):
            if len(batch) < world:  # too few rows are left to share out
                break
            rows = batch[rank::world].to(device)
            optimizer.zero_grad()
            value = loss(network(x[rows]), y[rows])
            value.backward()
            optimizer.step()
{per_step}            losses.append(value.detach())
            total += losses[-1] * len(rows)
{per_epoch}        curve += torch.stack(losses).tolist()
        if world > 1:
            dist.all_reduce(total)
        if rank == 0:
            scores = evaluate(model, loss, *validation)
            print(
                f"epoch {{epoch}}: loss {{total.item() / len(x):.4f}}, validation {{scores['loss']:.4f}}, "
                f"{metrics}"
            )
    return model, curve'''

MAIN = '''\
def main() -> None:
    """Read the command line, train, save the weights."""
    parser = argparse.ArgumentParser(description="Train {model}.")
{arguments}
    args = parser.parse_args()

    device = choose_device(args.device)
    if "WORLD_SIZE" in os.environ:  # started by torchrun
        dist.init_process_group(dist.get_default_backend_for_device(device))
    model, curve = train({call})
    if not dist.is_initialized() or dist.get_rank() == 0:
        save_file(model.state_dict(), args.out)
        if args.losses:
            rows = [f"{{step}},{{value!r}}\\n" for step, value in enumerate(curve, 1)]
            args.losses.write_text("step,loss\\n" + "".join(rows))
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()'''


def write_loss(setup: Setup) -> list[str]:
    """Return `make_loss`."""
    call = _write_call(setup.loss.constructor, (), setup.loss.parameters, setup.loss_values)
    return [
        "def make_loss() -> nn.Module:",
        f'{STEP}"""Return the loss that training makes small."""',
        *lay_out("return ", call, "", STEP),
    ]


def write_optimizer(setup: Setup) -> list[str]:
    """Return `make_optimizer`; the learning rate is always written out, as it is what one looks for."""
    spec = setup.optimizer
    call = _write_call(
        spec.constructor,
        ["model.parameters()"],
        spec.parameters,
        setup.optimizer_values,
        always=("lr",),
        extra=[("fused=", "True")] if spec.fused else [],
    )
    return [
        "def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:",
        f'{STEP}"""Return the rule by which the weights change."""',
        *lay_out("return ", call, "", STEP),
    ]


def write_schedule(setup: Setup) -> list[str]:
    """Return `make_schedule`; nothing where the learning rate stays as it is."""
    spec = setup.schedule
    if not spec.constructor:
        return []
    known = {"lr": write_piece(setup.optimizer_values.get("lr")), "epochs": "epochs", "steps": "steps"}
    derived = [(f"{name}=", known[what]) for name, what in spec.derived.items()]
    values = setup.schedule_values
    call = _write_call(spec.constructor, ["optimizer"], spec.parameters, values, always=spec.required, first=derived)
    items = ("optimizer: torch.optim.Optimizer", "epochs: int", "steps: int")
    signature = Group("(", tuple(("", item) for item in items))
    return [
        *lay_out("def make_schedule", signature, " -> torch.optim.lr_scheduler.LRScheduler:"),
        f'{STEP}"""Return how the learning rate changes, to be advanced after every {spec.every}."""',
        *lay_out("return ", call, "", STEP),
    ]


def write_measure(setup: Setup) -> list[str]:
    """Return `measure`, which says how good outputs are, over any number of samples."""
    signature = "def measure(outputs: Tensor, y: Tensor) -> dict[str, Tensor]:"
    if setup.facts.target.kind == "value":
        return [
            signature,
            f'{STEP}"""Return R2 (1 is perfect, 0 no better than the mean) and the mean absolute error."""',
            f"{STEP}unexplained = (y - outputs).square().sum() / (y - y.mean(0)).square().sum()",
            f'{STEP}return {{"r2": 1 - unexplained, "mae": (y - outputs).abs().mean()}}',
        ]
    if setup.loss.target == "class":
        right, words = "outputs.argmax(1) == y", "whose class has the largest output"
    elif setup.output.elements == 1:
        threshold = "0" if setup.loss.outputs == "logits" else "0.5"
        right, words = f"(outputs > {threshold}) == (y > 0.5)", f"on the right side of {threshold}"
    else:
        right, words = "outputs.argmax(1) == y.argmax(1)", "whose class has the largest output"
    return [
        signature,
        f'{STEP}"""Return the share of samples {words}."""',
        f'{STEP}return {{"accuracy": ({right}).float().mean()}}',
    ]


def write_train(setup: Setup, model: str, batch_size: int) -> list[str]:
    """Return `train`."""
    spec = setup.schedule
    schedule = per_step = per_epoch = ""
    if spec.constructor:
        schedule = (
            "    steps = epochs * -(-len(x) // batch_size)\n    schedule = make_schedule(optimizer, epochs, steps)\n"
        )
        per_step = f"{STEP * 3}schedule.step()\n" if spec.every == "step" else ""
        per_epoch = f"{STEP * 2}schedule.step()\n" if spec.every == "epoch" else ""
    if setup.facts.target.kind == "value":
        metrics = "R2 {scores['r2']:.4f}, mean absolute error {scores['mae']:.4g}"
    else:
        metrics = "accuracy {scores['accuracy']:.2%}"
    has_path = bool(setup.source.path)
    text = TRAIN.format(
        arguments=("data: Path, " if has_path else "") + "epochs: int, device: torch.device, seed: int",
        path="data" if has_path else "",
        batch_size=write_literal(batch_size),
        model=model,
        schedule=schedule,
        per_step=per_step,
        per_epoch=per_epoch,
        metrics=metrics,
    )
    return text.split("\n")


def write_main(setup: Setup, model: str, training: Training, stem: str) -> list[str]:
    """Return `main` and its call."""
    options: list[tuple[str, list[tuple[str, Piece]]]] = []
    if path := setup.source.path:
        parameter = next(parameter for parameter in setup.source.parameters if parameter.name == path)
        value = setup.source_values[path]
        meaning = parameter.meaning[0].lower() + parameter.meaning[1:].rstrip(".")
        place = ("default=", write_piece(value)) if value else ("required=", "True")
        options.append(("--data", [("type=", "Path"), place, ("help=", write_piece(meaning))]))
    options += [
        ("--epochs", [("type=", "int"), ("default=", write_piece(training.epochs))]),
        ("--device", [("default=", write_piece(training.device)), ("help=", '"auto, cpu, cuda, mps or xpu"')]),
        ("--seed", [("type=", "int"), ("default=", write_piece(training.seed))]),
        ("--out", [("type=", "Path"), ("default=", write_piece(f"{stem}.safetensors"))]),
        ("--losses", [("type=", "Path"), ("help=", '"write the loss of every step to this CSV file"')]),
    ]
    lines: list[str] = []
    for name, items in options:
        group = Group("parser.add_argument(", (("", f'"{name}"'), *items))
        lines.extend(lay_out("", group, "", STEP))
    call = ("args.data, " if setup.source.path else "") + "args.epochs, device, args.seed"
    return MAIN.format(model=model, arguments="\n".join(lines), call=call).split("\n")


def _write_call(
    constructor: str,
    positional: Iterable[str],
    parameters: tuple[Parameter, ...],
    values: Values,
    always: tuple[str, ...] = (),
    first: Iterable[tuple[str, Piece]] = (),
    extra: Iterable[tuple[str, Piece]] = (),
) -> Group:
    """Return a call with the parameters that differ from torch's defaults."""
    items: list[tuple[str, Piece]] = [("", name) for name in positional]
    items.extend(first)
    for parameter in parameters:
        value: Value = values[parameter.name]
        if parameter.argument and (parameter.name in always or value != parameter.default):
            items.append((f"{parameter.name}=", write_piece(value)))
    items.extend(extra)
    return Group(f"{constructor}(", tuple(items))
