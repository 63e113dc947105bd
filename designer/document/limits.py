"""What a project may hold: limits that reading and editing share, so that whatever can be made can be saved and opened.

Every function returns the value in its canonical form or raises Refused.
"""

import keyword
import math
import re
from typing import Any

from frozendict import frozendict

from designer.document.drawing import FLOWS
from designer.document.expressions import FUNCTIONS
from designer.document.graph import Json, Value
from designer.document.wording import describe

LONGEST_NAME = 1000  # characters of an id, a kind, a name, the name of a parameter
LONGEST_TEXT = 1_000_000  # characters of any other text
MOST_NODES = 200_000
MOST_EDGES = 1_000_000
MOST_BLOCKS = 10_000
MOST_REMARKS = 2_000  # comments and frames of one network
LARGEST_PORT = 1_000_000
DEEPEST = 32  # lists within lists
FURTHEST = 1e8  # canvas units from the origin, on either axis
SMALLEST_WHOLE, LARGEST_WHOLE = -(2**63), 2**63 - 1

# Whole numbers of Data and Training: lowest and highest value of each. Seeds are what numpy and torch both take.
WHOLE = frozendict(
    {
        "epochs": (1, 10**9),
        "batch_size": (1, 10**9),
        "accumulate": (1, 10**9),
        "seed": (0, 2**32 - 1),
        "split_seed": (0, 2**32 - 1),
    }
)

BATCHES = ("mini", "full", "single")
MOST_METRICS = 100

_DEVICE = re.compile(r"(auto|cpu|mps|(cuda|xpu)(:[0-9]{1,3})?)", re.ASCII)
# What a parameter of a block may not be called: an expression has these words already, or its class has.
RESERVED = frozenset({"self", "x", "nn", "torch", "index", "super", "range", "zip", *FUNCTIONS})
_SURROGATE = re.compile("[\ud800-\udfff]")


class Refused(ValueError):
    """A value that a project cannot hold. The message finishes the sentence "`nodes.conv1.name` ..."."""


def accept_text(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return a text that UTF-8 can write and that is no longer than `longest` characters."""
    if not isinstance(value, str):
        raise Refused(f"must be text, not {describe(value)}")
    if len(value) > longest:
        raise Refused(f"must have at most {longest:,} characters, not {len(value):,}")
    if not value.isascii() and _SURROGATE.search(value):
        raise Refused("holds half a character (a lone surrogate), which no file can hold")
    return value


def accept_name(value: object) -> str:
    """Return an id, a kind, a name or the name of a parameter: any text up to 1,000 characters."""
    return accept_text(value, LONGEST_NAME)


def accept_parameter_name(value: object) -> str:
    """Return the name of a block's parameter: an identifier that may stand in an expression and in code."""
    name = accept_name(value)
    if not name.isascii() or not name.isidentifier() or keyword.iskeyword(name) or name in RESERVED or name[0] == "_":
        raise Refused(f"must be a name of letters, digits and _ such as `channels`, not {describe(name)}")
    return name


def accept_whole(value: object, low: int = SMALLEST_WHOLE, high: int = LARGEST_WHOLE) -> int:
    """Return a whole number, low <= value <= high."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"must be a whole number, not {describe(value)}")
    if not low <= value <= high:
        raise Refused(f"must lie between {low:,} and {high:,}, not {describe(value)}")
    return value


def accept_number(value: object) -> float:
    """Return a finite number as float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"must be a number, not {describe(value)}")
    if isinstance(value, int):
        return float(accept_whole(value))
    if not math.isfinite(value):
        raise Refused(f"must be a finite number, not {describe(value)}")
    return value


def accept_share(value: object) -> float:
    """Return a share of rows that is held out: at least 0, below 1."""
    number = accept_number(value)
    if not 0 <= number < 1:
        raise Refused(f"must be at least 0 and below 1, not {describe(value)}")
    return number


def accept_coordinate(value: object) -> float:
    """Return a place on one axis of the canvas."""
    number = accept_number(value)
    if abs(number) > FURTHEST:
        raise Refused(f"must lie between {-FURTHEST:,.0f} and {FURTHEST:,.0f}, not {describe(value)}")
    return number


def accept_position(value: object) -> tuple[float, float]:
    """Return the place of a card on the canvas: two numbers."""
    match value:
        case [x, y]:
            return accept_coordinate(x), accept_coordinate(y)
    raise Refused(f"must be a list of two numbers, not {describe(value)}")


def accept_port(value: object) -> int:
    """Return the number of a port; a negative one is for `rules` to find."""
    return accept_whole(value, -LARGEST_PORT, LARGEST_PORT)


def accept_device(value: object) -> str:
    """Return a device as torch spells it, or "auto"."""
    text = accept_text(value)
    if not _DEVICE.fullmatch(text):
        raise Refused(f"must be auto, cpu, cuda, cuda:0, mps or xpu, not {describe(value)}")
    return text


def accept_batch(value: object) -> str:
    """Return what a batch is: "mini", "full" or "single"."""
    text = accept_text(value)
    if text not in BATCHES:
        raise Refused(f"must be {BATCHES[0]}, {BATCHES[1]} or {BATCHES[2]}, not {describe(value)}")
    return text


def accept_names(value: object) -> tuple[str, ...]:
    """Return a list of names."""
    if not isinstance(value, list | tuple):
        raise Refused(f"must be a list of names, not {describe(value)}")
    if len(value) > MOST_METRICS:
        raise Refused(f"must have at most {MOST_METRICS} names, not {len(value):,}")
    return tuple([accept_name(item) for item in value])


def accept_steps(value: object) -> tuple[Any, ...]:
    """Return a list of choices that come one after the other, not too long."""
    if not isinstance(value, list | tuple):
        raise Refused(f"must be a list in brackets, not {describe(value)}")
    if len(value) > MOST_METRICS:
        raise Refused(f"must have at most {MOST_METRICS} entries, not {len(value):,}")
    return tuple(value)


def accept_ids(value: object) -> frozenset[str]:
    """Return a list of ids of nodes as a set."""
    if not isinstance(value, list | tuple):
        raise Refused(f"must be a list of ids, not {describe(value)}")
    if len(value) > MOST_NODES:
        raise Refused(f"must have at most {MOST_NODES:,} ids, not {len(value):,}")
    return frozenset([accept_name(item) for item in value])


def accept_flow(value: object) -> str:
    """Return the way data flows: "down" or "right"."""
    text = accept_text(value)
    if text not in FLOWS:
        raise Refused(f"must be {FLOWS[0]} or {FLOWS[1]}, not {describe(value)}")
    return text


def accept_value(value: object, depth: int = 0) -> Value:
    """Return what a parameter may hold; lists become tuples."""
    if isinstance(value, list | tuple):
        _refuse_depth(depth)
        return tuple([accept_value(item, depth + 1) for item in value])
    return _accept_scalar(value)


def accept_json(value: object, depth: int = 0) -> Json:
    """Return what an unknown field may hold: like a parameter, and objects as well."""
    if isinstance(value, dict):
        _refuse_depth(depth)
        return frozendict({accept_name(key): accept_json(item, depth + 1) for key, item in value.items()})
    if isinstance(value, list | tuple):
        _refuse_depth(depth)
        return tuple([accept_json(item, depth + 1) for item in value])
    return _accept_scalar(value)


def _accept_scalar(value: object) -> bool | int | float | str | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return accept_whole(value)
    if isinstance(value, float):
        return accept_number(value)
    if isinstance(value, str):
        return accept_text(value)
    raise Refused(f"must be a number, a text, true, false, null or a list of those, not {describe(value)}")


def _refuse_depth(depth: int) -> None:
    if depth >= DEEPEST:
        raise Refused(f"is nested deeper than {DEEPEST} levels")
