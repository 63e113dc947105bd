"""The functions of the training script that train and judge: evaluate, train, choose_device and main."""

from dataclasses import fields

from designer.codegen.choices import Pace, find_pace, write_loss_call
from designer.codegen.epochs import Turns
from designer.codegen.layout import STEP, Group, Piece, lay_out
from designer.codegen.metrics import write_scores
from designer.codegen.objectives import count_parts, count_rows, move, pick
from designer.codegen.readiness import Setup
from designer.codegen.source import write_literal, write_piece
from designer.document.project import Training

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

FEW_THREADS = "    torch.set_num_threads(1)  # so small a network would only wait for more of them\n"

TRAIN = '''\
def train({arguments}) -> tuple[nn.Module, list[float]]:
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
{threads}{alone}    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation = load_data({path})
    x, y = {x}, {y}
    validation = {validation}
    batch_size = {batch_size}

    model = {model}().to(device)
{weights}    network = DistributedDataParallel(model) if world > 1 else model
    loss = {loss}
    optimizer = make_optimizer(model)
{note}{schedule}{before}
    curve: list[float] = []
    for epoch in range(1, epochs + 1):
{begin}        model.train()
        losses = []
        total = torch.zeros((), device=device)
        for batch in torch.randperm({count}, generator=order).split(batch_size):
            if {too_few}:  # too few rows are left to share out
                break
            rows = batch[rank::world].to(device)
            value, _ = train_step(network, loss, optimizer, {x_rows}, {y_rows})
{after_step}            losses.append(value)
            total += value * len(rows)
{after_epoch}        seen = torch.stack(losses)
        if world > 1:
            dist.all_reduce(total)
            dist.all_reduce(seen)
        curve += (seen / world).tolist()
{open_decision}{watch}        if rank == 0:
{evaluate}            print(
                f"epoch {{epoch}}: loss {{total.item() / {count}:.4f}}, validation {{scores['loss']:.4f}}, "
                {metrics}
            )
{decide}{stop}{behind}    return {trained}, curve'''

DEMAND_WEIGHTS = """\
    if not args.weights.is_file():
        parser.error(f"there is no file {args.weights} with the weights to start from")
"""

ALONE = """\
    if world > 1:
        raise SystemExit("Two networks that learn in turn train in one process: start this with python.")
"""

MAIN = '''\
def main() -> None:
    """Read the command line, train, save the weights."""
    parser = argparse.ArgumentParser(description="Train {model}.")
{arguments}
    args = parser.parse_args()
{checks}
    device = choose_device(args.device)
    if "WORLD_SIZE" in os.environ:  # started by torchrun
        importlib.import_module("torch.distributed.nn")  # imported later it would hold the group for good
        dist.init_process_group(dist.get_default_backend_for_device(device))
    model, curve = train({call})
    if not dist.is_initialized() or dist.get_rank() == 0:
        save_file({state}, args.out)
        if args.losses:
            rows = [f"{{step}},{{value!r}}\\n" for step, value in enumerate(curve, 1)]
            args.losses.write_text("step,loss\\n" + "".join(rows))
{samples}    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()'''


def write_train(setup: Setup, model: str, turns: Turns) -> list[str]:
    """Return `train`."""
    parts, together = setup.training.accumulate, count_parts(setup)
    count = count_rows("x", together.x)
    moved = [move(name, number) for name, number in zip(("x", "y"), (together.x, together.y), strict=True)]
    if together.x == together.y == 1:
        validation = "[tensor.to(device) for tensor in validation]"
    else:
        held_out = [move(f"validation[{place}]", number) for place, number in enumerate((together.x, together.y))]
        validation = f"({', '.join(held_out)})"
    schedule = ""
    if find_pace(setup.schedule, setup.training) != Pace():
        schedule = (
            f"    steps = epochs * -(-{count} // batch_size)\n    schedule = make_schedule(optimizer, epochs, steps)\n"
        )
    has_path = bool(setup.source.path)
    text = TRAIN.format(
        arguments=("data: Path, " if has_path else "")
        + ("weights: Path, " if setup.weights else "")
        + "epochs: int, device: torch.device, seed: int",
        path="data" if has_path else "",
        batch_size=_write_batch_size(setup.training, count),
        too_few="len(batch) < world" if parts == 1 else f"world > 1 and len(batch) < {parts} * world",
        model=model,
        threads=FEW_THREADS if setup.is_small else "",
        alone=ALONE if setup.objective.form == "adversarial" else "",
        weights=f"{STEP}load_weights(model, weights)\n" if setup.weights else "",
        schedule=schedule,
        **{field.name: getattr(turns, field.name) for field in fields(turns)},
        metrics=write_scores(setup, 16),
        loss=write_loss_call(setup),
        x=moved[0],
        y=moved[1],
        validation=validation,
        count=count,
        x_rows=pick("x", together.x, "rows"),
        y_rows=pick("y", together.y, "rows"),
    )
    return text.split("\n")


def _write_batch_size(training: Training, count: str) -> str:
    """Return how many rows all processes together take in one step."""
    if training.batch == "full":
        return count
    factors = [training.accumulate, 1 if training.batch == "single" else training.batch_size]
    return " * ".join([*(write_literal(factor) for factor in factors if factor > 1), "world"])


def write_main(setup: Setup, model: str, training: Training, stem: str, samples: str = "") -> list[str]:
    """Return `main` and its call; `samples` is the statement that writes samples, where there are any to draw."""
    options: list[tuple[str, list[tuple[str, Piece]]]] = []
    if path := setup.source.path:
        parameter = next(parameter for parameter in setup.source.parameters if parameter.name == path)
        value = setup.source_values[path]
        meaning = parameter.meaning[0].lower() + parameter.meaning[1:].rstrip(".")
        place = ("default=", write_piece(value)) if value else ("required=", "True")
        options.append(("--data", [("type=", "Path"), place, ("help=", write_piece(meaning))]))
    if setup.weights:
        start = ("default=", write_piece(setup.weights))
        options.append(("--weights", [("type=", "Path"), start, ("help=", '".safetensors file to start from"')]))
    options += [
        ("--epochs", [("type=", "int"), ("default=", write_piece(training.epochs))]),
        ("--device", [("default=", write_piece(training.device)), ("help=", '"auto, cpu, cuda, mps or xpu"')]),
        ("--seed", [("type=", "int"), ("default=", write_piece(training.seed))]),
        ("--out", [("type=", "Path"), ("default=", write_piece(f"{stem}.safetensors"))]),
        ("--losses", [("type=", "Path"), ("help=", '"write the loss of every step to this CSV file"')]),
    ]
    if samples:
        meaning = '"draw so many samples at the end, into a file beside the weights"'
        options.append(("--sample", [("type=", "int"), ("default=", "0"), ("help=", meaning)]))
        samples = f"{STEP * 2}if args.sample > 0:\n{STEP * 3}{samples}\n"
    lines: list[str] = []
    for name, items in options:
        group = Group("parser.add_argument(", (("", f'"{name}"'), *items))
        lines.extend(lay_out("", group, "", STEP))
    given = ("args.data, " if setup.source.path else "") + ("args.weights, " if setup.weights else "")
    call = f"{given}args.epochs, device, args.seed"
    state = "model.state_dict()"
    if setup.shares:  # a weight that two layers share is written under the name of each
        state = "{name: tensor.clone() for name, tensor in model.state_dict().items()}"
    checks = DEMAND_WEIGHTS if setup.weights else ""
    text = MAIN.format(model=model, arguments="\n".join(lines), checks=checks, call=call, state=state, samples=samples)
    return text.split("\n")
