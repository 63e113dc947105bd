"""Legal, unique, readable identifiers from any text."""

import builtins
import keyword
import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from designer.codegen.lettering import is_clear, measure_width

# Columns an identifier may take: with this, `result = self.layer(value)[0][:, -1]` stays within a line.
WIDEST = 30

# What torch.nn.Module has already: a layer of this name would hide a method. Names with a leading underscore are
# never given. tests/codegen/test_names.py compares with the installed torch.
_MODULE_WORDS = """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
    extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules
    mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule
    share_memory state_dict to to_empty train training type xpu zero_grad
"""
# What the script itself defines or imports; tests/codegen/test_script.py compares with what it writes.
_SCRIPT_WORDS = """
    F Path SafetensorError Tensor DistributedDataParallel accelerator argparse args batch batch_size choose_device curve device dist epoch epochs fsdp
    augment draw_order evaluate groups importlib index known load_data load_weights loss losses main make_loss make_optimizer make_schedule measure model network nn np optimizer
    numbered order os outputs parser path pd put_channels_last rank rows sample samples save_file schedule scores seed seen self share shares steps torch total train
    train_step validation value weights world x y
    AveragedModel get_ema_multi_avg_fn group ahead average batches make_average make_early_stopping over stopping trained update_bn
"""
# Classes of recipes that losses, optimizers and schedules bring along; tests/codegen/test_choices.py compares.
_CHOICE_CLASSES = """
    AdversarialLoss BinaryFocalLoss ConjugateGradient ContrastiveLoss CoordinateDescent FocalLoss GaussianNLL HingeLoss
    InverseSquareRootLR LineSearch LossPerPlace MuonWithAdamW PerceptronLoss VariationalLoss WarmUp WeightedLosses
    EarlyStopping
"""
CHOICE_CLASSES = frozenset(_CHOICE_CLASSES.split())
MODULE_ATTRIBUTES = frozenset(_MODULE_WORDS.split())
SCRIPT_NAMES = frozenset(_SCRIPT_WORDS.split())
_LIKE_DIGITS = {"l", "O", "I"}
_PYTHON = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
RESERVED = MODULE_ATTRIBUTES | SCRIPT_NAMES | _PYTHON | _LIKE_DIGITS

# Names Windows keeps for devices, whatever their suffix.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})

_WORD = re.compile(r"\w+")
_DIGITS = re.compile("[0-9]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLAIN = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


class Namespace:
    """The names given so far in one scope; every name it gives is new, legal and hides nothing of the script.

    Equal names are one object, so that names are compared at once.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def give(self, text: str, fallback: str) -> str:
        """Return an identifier that reads like `text`, or like `fallback` (ASCII) where nothing legal is left of it."""
        name = make_identifier(text, fallback)
        if name in RESERVED:
            name = _cut(name, WIDEST - 1) + "_"
        if name not in self._taken and name not in RESERVED:
            self._taken.add(name)
            return sys.intern(name)
        number = self._next.get(name, 2)
        joint = "_" if name[-1].isdigit() else ""
        while True:
            suffix = f"{joint}{number}"
            candidate = _cut(name, WIDEST - len(suffix)) + suffix
            number += 1
            if candidate not in RESERVED and candidate not in self._taken:
                self._next[name] = number
                self._taken.add(candidate)
                return sys.intern(candidate)


@lru_cache(maxsize=65_536)
def make_identifier(text: str, fallback: str) -> str:
    """Return a lower-case identifier that reads like `text`; it may still be a keyword or taken."""
    if len(text) <= WIDEST and _PLAIN.fullmatch(text):
        return text
    words = [_HUMP.sub("_", word).lower() for word in _find_words(text)]
    name = _cut("_".join(words), WIDEST)
    if name[:1].isdigit():
        name = _cut(f"{fallback}_{name}", WIDEST)
    return name if name.isidentifier() else fallback


def make_class_name(text: str, taken: Iterable[str] = (), fallback: str = "Network") -> str:
    """Return a CamelCase identifier for a project's name: "mnist-mlp" and "MNIST MLP" give MnistMlp, "XOR" XOR.

    `fallback` stands where nothing legal is left, and behind or before what is not free or not legal by itself.
    """
    words = _find_words(text)
    if any(one.isupper() and other.isupper() for one, other in pairwise(words)):
        words = [word.capitalize() if word.isupper() else word for word in words]
    name = _cut("".join(word[0].upper() + word[1:] for word in words), WIDEST)
    if not name.isidentifier():
        name = _cut(f"{fallback}{name}", WIDEST)
    if not name.isidentifier():
        name = fallback
    hidden = RESERVED.union(CHOICE_CLASSES, taken)
    while name in hidden:
        name += fallback
    return name


def make_file_stem(text: str) -> str:
    """Return a name for the project's files that every file system takes, ASCII only."""
    ascii_text = unicodedata.normalize("NFKD", text[:1000]).encode("ascii", "ignore").decode()
    stem = make_identifier(ascii_text, "network")
    return f"{stem}_network" if stem in _DEVICES else stem


def _find_words(text: str) -> list[str]:
    """Return the words of a text that may stand in an identifier, without underscores around or in them."""
    runs = _WORD.findall(unicodedata.normalize("NFKC", text[:1000]))
    words = [word for run in runs for word in run.split("_")]
    return [word for word in words if word and is_clear(_DIGITS.sub("", word)) and f"a{word}".isidentifier()]


def _cut(name: str, width: int) -> str:
    """Return the name cut to a number of columns."""
    if len(name) * 2 > width:
        while measure_width(name) > width:
            name = name[:-1]
    return name.strip("_")
