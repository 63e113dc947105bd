"""The functions of the training script that train and judge: evaluate, train, choose_device and main."""

from dataclasses import fields

from designer.codegen.batches import draws_order
from designer.codegen.choices import Pace, find_pace, write_loss_call
from designer.codegen.epochs import Turns
from designer.codegen.layout import LINE_LENGTH, STEP, Group, Piece, lay_out
from designer.codegen.lettering import measure_width
from designer.codegen.metrics import write_scores
from designer.codegen.objectives import count_learned, count_parts, count_rows, move, pick
from designer.codegen.readiness import Setup
from designer.codegen.sharding import Sharding
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
{signature}
    """Train and print one line an epoch; return the model and the loss of every step."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
{threads}{alone}    torch.manual_seed(seed)
    order = torch.Generator().manual_seed(seed)

    (x, y), validation{test} = load_data({path})
    x, y = {x}, {y}
    validation = {validation}
    batch_size = {batch_size}

{make}    loss = {loss}
    optimizer = make_optimizer(model)
{settle}{note}{schedule}{before}
    curve: list[float] = []
    for epoch in range(1, epochs + 1):
{begin}        model.train()
        losses = []
        total = torch.zeros((), device=device)
{batches}            if {too_few}:  # too few rows are left to share out
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
{open_decision}{watch}{ask}{evaluate}{decide_first}{tell}            print(
                f"epoch {{epoch}}: loss {{total.item() / {count}:.4f}}, validation {{scores['loss']:.4f}}, "
                {metrics}
            )
{decide}{stop}{behind}{test_score}    return {trained}, curve'''

AHEAD = """\
        batches = {order}.split(batch_size)
        ahead = read_ahead(x, [batch[rank::world] for batch in batches])
        for batch, samples in zip(batches, ahead, strict=True):
"""

TEST_SCORE = """\
{ask}        scores = evaluate({trained}, loss, *{test})
{tell}{told}
"""

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
{gather}    if not dist.is_initialized() or dist.get_rank() == 0:
        save_file({state}, args.out)
        if args.losses:
            rows = [f"{{step}},{{value!r}}\\n" for step, value in enumerate(curve, 1)]
            args.losses.write_text("step,loss\\n" + "".join(rows))
{samples}    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()'''


def write_train(setup: Setup, sharding: Sharding, turns: Turns) -> list[str]:
    """Return `train`."""
    decides_first = bool(sharding.tell)
    ask = sharding.ask if not decides_first or turns.evaluate or turns.decide else ""
    parts, together = setup.training.accumulate, count_learned(setup)
    count = count_rows("x", together.x)
    moved = [move(name, number) for name, number in zip(("x", "y"), (together.x, together.y), strict=True)]
    if setup.streams:
        moved[0] = "place(x, device)"
    order = "draw_order(y, order)" if draws_order(setup) else f"torch.randperm({count}, generator=order)"
    schedule = ""
    if find_pace(setup.schedule, setup.training) != Pace():
        schedule = (
            f"    steps = epochs * -(-{count} // batch_size)\n    schedule = make_schedule(optimizer, epochs, steps)\n"
        )
    has_path = bool(setup.source.path)
    arguments: tuple[tuple[str, Piece], ...] = (
        *((("", "data: Path"),) if has_path else ()),
        *((("", "weights: Path"),) if setup.weights else ()),
        *(("", each) for each in ("epochs: int", "device: torch.device", "seed: int")),
        *((("", sharding.parameter),) if sharding.parameter else ()),
    )
    text = TRAIN.format(
        signature="\n".join(lay_out("def ", Group("train(", arguments), " -> tuple[nn.Module, list[float]]:", "")),
        path="data" if has_path else "",
        batch_size=_write_batch_size(setup.training, count),
        too_few="len(batch) < world" if parts == 1 else f"world > 1 and len(batch) < {parts} * world",
        make=sharding.make,
        settle=sharding.settle,
        ask=ask,
        tell=sharding.tell,
        decide_first=turns.decide if decides_first else "",
        threads=FEW_THREADS if setup.is_small else "",
        alone=ALONE if setup.objective.form == "adversarial" else "",
        schedule=schedule,
        **{field.name: getattr(turns, field.name) for field in fields(turns) if field.name != "decide"},
        decide="" if decides_first else turns.decide,
        metrics=write_scores(setup, 16),
        loss=write_loss_call(setup),
        x=moved[0],
        y=moved[1],
        validation=_move_part(setup, "validation"),
        test=", test" if setup.has_test else "",
        test_score=_write_test_score(setup, sharding, turns) if setup.has_test else "",
        count=count,
        batches=AHEAD.format(order=order) if setup.streams else f"{STEP * 2}for batch in {order}.split(batch_size):\n",
        x_rows="samples.to(device)" if setup.streams else pick("x", together.x, "rows"),
        y_rows=pick("y", together.y, "rows"),
    )
    return text.split("\n")


def _move_part(setup: Setup, name: str) -> str:
    """Return the expression for samples and targets of a held-out part on the device."""
    together = count_parts(setup)
    if setup.streams:
        return f"[place(tensor, device) for tensor in {name}]"
    if together.x == together.y == 1:
        return f"[tensor.to(device) for tensor in {name}]"
    return f"({', '.join(move(f'{name}[{place}]', number) for place, number in enumerate((together.x, together.y)))})"


def _write_test_score(setup: Setup, sharding: Sharding, turns: Turns) -> str:
    """Return the lines that say how good the network is on rows that nobody has looked at."""
    start, metrics = "f\"test: loss {scores['loss']:.4f}, ", write_scores(setup, 12)
    joined = f"{start}{metrics[2:]}"
    told = f"{STEP * 2}print({joined})"
    if "\n" in metrics or measure_width(told) > LINE_LENGTH:
        fits = "\n" not in metrics and measure_width(f"{STEP * 3}{joined}") <= LINE_LENGTH
        within = joined if fits else f'{start}"\n{STEP * 3}{metrics}'
        told = f"{STEP * 2}print(\n{STEP * 3}{within}\n{STEP * 2})"
    return TEST_SCORE.format(
        ask="    if rank == 0 or fsdp:\n" if sharding.is_there else "    if rank == 0:\n",
        tell="    if rank == 0:\n" if sharding.is_there else "",
        trained=turns.trained,
        test=_move_part(setup, "test"),
        told=told,
    )


def _write_batch_size(training: Training, count: str) -> str:
    """Return how many rows all processes together take in one step."""
    if training.batch == "full":
        return count
    factors = [training.accumulate, 1 if training.batch == "single" else training.batch_size]
    return " * ".join([*(write_literal(factor) for factor in factors if factor > 1), "world"])


def write_main(setup: Setup, model: str, sharding: Sharding, stem: str, samples: str = "") -> list[str]:
    """Return `main` and its call; `samples` is the statement that writes samples, where there are any to draw."""
    training = setup.training
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
    if sharding.is_there:
        meaning = '"under torchrun: share the network out, where it does not fit into one process"'
        options.append(("--fsdp", [("action=", '"store_true"'), ("help=", meaning)]))
    if samples:
        meaning = '"draw so many samples at the end, into a file beside the weights"'
        options.append(("--sample", [("type=", "int"), ("default=", "0"), ("help=", meaning)]))
        samples = f"{STEP * 2}if args.sample > 0:\n{sharding.restore}{STEP * 3}{samples}\n"
    lines: list[str] = []
    for name, items in options:
        group = Group("parser.add_argument(", (("", f'"{name}"'), *items))
        lines.extend(lay_out("", group, "", STEP))
    given = ("args.data, " if setup.source.path else "") + ("args.weights, " if setup.weights else "")
    call = f"{given}args.epochs, device, args.seed{sharding.argument}"
    state = sharding.state
    if setup.shares:  # a weight that two layers share is written under the name of each
        state = f"{{name: tensor.clone() for name, tensor in {state}.items()}}"
    text = MAIN.format(
        model=model,
        arguments="\n".join(lines),
        checks=(DEMAND_WEIGHTS if setup.weights else "") + sharding.check,
        call=call,
        gather=sharding.gather,
        state=state,
        samples=samples,
    )
    return text.split("\n")
