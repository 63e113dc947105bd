"""What a training script says of a network that several processes share out among them (--fsdp)."""

from dataclasses import dataclass

from designer.catalogue import registry
from designer.codegen.layout import STEP
from designer.codegen.readiness import Setup
from designer.document.project import Training

# The optimizers whose step torch takes over weights that are shared out, each as it would over whole ones.
OPTIMIZERS = frozenset({"SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "NAdam", "RAdam", "Adamax", "Adadelta", "ASGD"})
UNFUSED = frozenset({"SGD"})  # of those, the ones that cannot do it as one operation


@dataclass(frozen=True, slots=True)
class Sharding:
    """Pieces of `train` and `main`; those of a script without --fsdp where nothing is given.

    `make` are the lines that make `model` and `network`, `settle` those behind the optimizer; `ask` begins what needs
    the network in every process, `tell` what the first alone says; `gather` are the lines that bring the
    weights together as `state`, `restore` those that make a whole network of them.
    """

    parameter: str = ""
    argument: str = ""
    check: str = ""
    make: str = ""
    settle: str = ""
    ask: str = "        if rank == 0:\n"
    tell: str = ""
    gather: str = ""
    state: str = "model.state_dict()"
    restore: str = ""

    @property
    def is_there(self) -> bool:
        """Whether the script has --fsdp."""
        return bool(self.parameter)


CHECK = """\
    if args.fsdp and "WORLD_SIZE" not in os.environ:
        parser.error("--fsdp shares the network out over processes: start this with torchrun")
"""
PLAIN = """\
    model = {model}().to(device)
{weights}    network = DistributedDataParallel(model) if world > 1 else model
"""
SHARED = """\
    model: nn.Module = {model}()
{weights}    model = shard(model, device) if fsdp else model.to(device)
    network = DistributedDataParallel(model) if world > 1 and not fsdp else model
"""
UNFUSE = """\
    if fsdp:  # torch has no fused step over weights that are shared out
        for group in optimizer.param_groups:
            group["fused"] = False
"""
RESTORE = """\
            if args.fsdp:  # the first process draws them alone
                model = {model}()
                model.load_state_dict(weights)
"""


def find_obstacle(training: Training, *, has_penalty: bool = False) -> str:
    """Return why a network cannot be shared out, as a sentence, "" where it can."""
    objective = registry.objectives.get(training.objective.kind)
    if objective is not None and objective.form == "adversarial":
        return "Two networks that learn in turn cannot be shared out over processes."
    if training.averaging.kind != "None":
        return "A network whose weights are averaged cannot be shared out over processes. Turn averaging off."
    if training.optimizer.kind not in OPTIMIZERS:
        known = ", ".join(sorted(OPTIMIZERS))
        return f"{training.optimizer.kind} needs whole weights, and --fsdp shares them out. Choose one of {known}."
    if has_penalty:
        return "A penalty on the weights of single layers needs them whole, and --fsdp shares them out. Remove it."
    return ""


def plan_sharding(setup: Setup, model: str) -> Sharding:
    """Return the pieces; a network so small that one thread does for it has no --fsdp."""
    weights = f"{STEP}load_weights(model, weights)\n" if setup.weights else ""
    has_penalty = any(one.l1 or one.l2 for one in setup.learning)
    if setup.is_small or find_obstacle(setup.training, has_penalty=has_penalty):
        return Sharding(make=PLAIN.format(model=model, weights=weights))
    return Sharding(
        parameter="fsdp: bool = False",
        argument=", args.fsdp",
        check=CHECK,
        make=SHARED.format(model=model, weights=weights),
        settle=UNFUSE if setup.training.optimizer.kind in UNFUSED else "",
        ask="        if rank == 0 or fsdp:  # a network that is shared out answers only where all ask\n",
        tell="        if rank == 0:\n",
        gather=f"{STEP}weights = gather(model) if args.fsdp else model.state_dict()\n",
        state="weights",
        restore=RESTORE.format(model=model),
    )
