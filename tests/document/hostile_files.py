"""Some hundred malformed and hostile project files, made from a good one: what a stranger may hand us."""

import copy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.strategies import HOSTILE_TEXTS

# Code that leaves a file behind where it is run; `{place}` is filled in by the test.
BOMBS = (
    "__import__('pathlib').Path('{place}').touch()",
    "x\n__import__('pathlib').Path('{place}').touch()",
    "'''\n__import__('pathlib').Path('{place}').touch()\n'''",
    '"""\n__import__("pathlib").Path("{place}").touch()\n"""',
    "'); __import__('pathlib').Path('{place}').touch(); ('",
    '"); __import__("pathlib").Path("{place}").touch(); ("',
    "x: __import__('pathlib').Path('{place}').touch()",
    "a\\'); __import__('pathlib').Path('{place}').touch() #",
    "{{__import__('pathlib').Path('{place}').touch()}}",
    "$(touch {place})",
    "`touch {place}`",
    "; touch {place}",
    "x\r__import__('pathlib').Path('{place}').touch()",
    "x\x0c__import__('pathlib').Path('{place}').touch()",
    "x\u2028__import__('pathlib').Path('{place}').touch()",
)

GOOD: dict[str, Any] = {
    "version": 1,
    "name": "digits",
    "notes": "hello",
    "data": {"source": {"kind": "Digits", "parameters": {}}, "validation": 0.2, "split_seed": 0},
    "training": {
        "loss": {"kind": "CrossEntropyLoss", "parameters": {"label_smoothing": 0.1}},
        "optimizer": {"kind": "Adam", "parameters": {"lr": 0.01}},
        "schedule": {"kind": "Constant", "parameters": {}},
        "epochs": 1,
        "batch_size": 64,
        "device": "cpu",
        "seed": 1,
        "clip": {"kind": "Norm", "parameters": {"max_norm": 1.0}},
        "batch": "mini",
        "accumulate": 2,
    },
    "nodes": {
        "in": {"kind": "Input", "name": "image", "parameters": {}},
        "conv": {"kind": "Conv2d", "name": "conv1", "parameters": {"out_channels": 4, "kernel_size": [3, 3]}},
        "flat": {"kind": "Flatten", "name": "flatten", "parameters": {}},
        "head": {"kind": "Linear", "name": "head", "parameters": {"out_features": 10}},
        "out": {"kind": "Output", "name": "digit", "parameters": {}},
    },
    "edges": [["in", 0, "conv", 0], ["conv", 0, "flat", 0], ["flat", 0, "head", 0], ["head", 0, "out", 0]],
    "layout": {"in": [0, 0], "conv": [0, 88], "flat": [0, 176], "head": [0, 264], "out": [0, 352]},
}
GOOD_TEXT = json.dumps(GOOD, indent=1)


class Case(NamedTuple):
    """One file: its content, and what the message must mention, where it must be refused."""

    title: str
    content: bytes
    mentions: str | None = None
    opens: bool | None = None  # None: either will do


def all_cases() -> list[Case]:
    """Return every case, each with a title of its own."""
    makers = (
        _truncated,
        _not_json,
        _badly_encoded,
        _of_other_versions,
        _of_wrong_types,
        _with_bad_numbers,
        _nested,
        _repeated,
        _too_long,
        _with_fields_missing,
        _with_hostile_texts,
        _with_broken_structure,
    )
    return [case for make in makers for case in make()]


def replace_at(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """Return the good document with another value at one place."""
    document = copy.deepcopy(GOOD)
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


def walk(value: object = GOOD, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield every place of the good document with its value."""
    if path:
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from walk(inner, (*path, key))


def spell(path: tuple[str | int, ...]) -> str:
    """Return a place as messages name it."""
    return ".".join(map(str, path))


def _encode(document: object) -> bytes:
    return json.dumps(document).encode()


def _truncated() -> Iterator[Case]:
    raw = GOOD_TEXT.encode()
    for cut in range(0, len(raw) - 1, len(raw) // 48):
        yield Case(f"cut after {cut} bytes", raw[:cut], opens=False)


def _not_json() -> Iterator[Case]:
    samples = {
        "nothing": b"",
        "blanks": b" \n\t ",
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "a pickle": b"\x80\x04\x95\x0c\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x94.",
        "a zip": b"PK\x03\x04" + bytes(60),
        "python": b"import os\nos.system('true')\n",
        "xml": b"<?xml version='1.0'?><project/>",
        "yaml": b"version: 1\nname: !!python/object/apply:os.system ['true']\n",
        "a list": b"[1, 2]",
        "a number": b"42",
        "a text": b'"hello"',
        "null": b"null",
        "true": b"true",
        "a comment": b"// hello\n" + GOOD_TEXT.encode(),
        "single quotes": GOOD_TEXT.replace('"', "'").encode(),
        "a comma too many": GOOD_TEXT.replace("\n}", ",\n}").encode(),
        "a comma too few": GOOD_TEXT.replace(",", "", 1).encode(),
        "twice": (GOOD_TEXT + GOOD_TEXT).encode(),
        "text behind": (GOOD_TEXT + "import os").encode(),
        "an unclosed text": GOOD_TEXT.replace('"hello"', '"hello').encode(),
        "a bare newline in a text": GOOD_TEXT.replace("hello", "hel\nlo").encode(),
        "an unknown escape": GOOD_TEXT.replace("hello", "\\x41").encode(),
    }
    for title, content in samples.items():
        yield Case(title, content, opens=False)


def _badly_encoded() -> Iterator[Case]:
    yield Case("UTF-8 with a mark", b"\xef\xbb\xbf" + GOOD_TEXT.encode(), opens=True)
    yield Case("UTF-16", GOOD_TEXT.encode("utf-16"), "UTF-8", opens=False)
    yield Case("UTF-32", GOOD_TEXT.encode("utf-32"), opens=False)
    yield Case("Latin-1", GOOD_TEXT.replace("hello", "Grüße").encode("latin-1"), "UTF-8", opens=False)
    yield Case("overlong UTF-8", GOOD_TEXT.encode().replace(b"hello", b"\xc0\xaf"), "UTF-8", opens=False)
    yield Case("a surrogate in UTF-8", GOOD_TEXT.encode().replace(b"hello", b"\xed\xa0\x80"), "UTF-8", opens=False)
    yield Case("a lone surrogate", GOOD_TEXT.replace("hello", "\\ud800").encode(), "`notes`", opens=False)
    yield Case("a lone surrogate as a key", GOOD_TEXT.replace('"conv"', '"\\udfff"').encode(), "nodes", opens=False)
    yield Case("a NUL", GOOD_TEXT.replace("hello", "a\0b").encode(), opens=False)
    yield Case("an escaped NUL", GOOD_TEXT.replace("hello", "a\\u0000b").encode(), opens=True)
    yield Case("NULs behind", GOOD_TEXT.encode() + b"\0\0\0", opens=False)


def _of_other_versions() -> Iterator[Case]:
    for version in (0, -1, 1.0, 1.5, "1", None, True, [], {}):
        yield Case(f"version {version!r}", _encode(GOOD | {"version": version}), "version", opens=False)
    for version in (2, 7, 10**18):
        yield Case(f"version {version}", _encode(GOOD | {"version": version}), "newer Designer", opens=False)
    missing = {key: value for key, value in GOOD.items() if key != "version"}
    yield Case("no version", _encode(missing), "`version`", opens=False)


def _of_wrong_types() -> Iterator[Case]:
    """Each place once with a value of every other type. Parameters take any value but objects."""
    for path, value in walk():
        free = "parameters" in path[:-1]
        for wrong in (None, True, -1, 1.5, "x", ["x"], {"x": 1}):
            fits = type(wrong) is type(value) and not isinstance(value, list | dict)
            if fits or path[0] == "version" or (free and not isinstance(wrong, dict)):
                continue
            if path == ("data", "source") and wrong is None:
                continue
            if path[0] == "layout" and len(path) == 3 and isinstance(wrong, float | int) and wrong is not True:
                continue
            if path[0] == "edges" and len(path) == 3 and isinstance(value, int) and wrong == -1:
                continue
            if isinstance(value, dict) and isinstance(wrong, dict) and len(path) == 2 and path[0] != "nodes":
                continue  # a part whose fields all have defaults
            if path in {("data",), ("training",)} and isinstance(wrong, dict):
                continue
            if path[-1] == "parameters" and isinstance(wrong, dict):
                continue
            named = spell(path).split(".")[0]
            yield Case(f"{spell(path)} is {wrong!r}", _encode(replace_at(path, wrong)), named, opens=False)


def _with_bad_numbers() -> Iterator[Case]:
    places = [path for path, value in walk() if isinstance(value, int | float) and path != ("version",)]
    digits = {"1e999": "1e999", "-1e999": "-1e999", "2**63": str(2**63), "nan": "NaN", "inf": "-Infinity"}
    for path in places:
        for title, text in digits.items():
            content = json.dumps(replace_at(path, "@")).replace('"@"', text).encode()
            yield Case(f"{spell(path)} is {title}", content, opens=False)
    for path in (("training", "epochs"), ("nodes", "conv", "parameters", "out_channels"), ("layout", "in", 0)):
        for count in (100, 4_301, 200_000):
            content = json.dumps(replace_at(path, "@")).replace('"@"', "9" * count).encode()
            yield Case(f"{spell(path)} has {count} digits", content, opens=False)


def _nested() -> Iterator[Case]:
    for depth in (33, 200, 990, 100_000):
        for start, end in ("[]", ('{"a":', "}")):
            nest = start * depth + "1" + end * depth
            yield Case(f"{depth} times {start}", nest.encode(), opens=False)
            for place in (("nodes", "conv", "parameters", "kernel_size"), ("notes",), ("x-unknown",), ("edges", 0, 0)):
                content = json.dumps(replace_at(place, "@")).replace('"@"', nest).encode()
                yield Case(f"{spell(place)} is {depth} times {start}", content, opens=False)
            yield Case(f"{depth} times {start}, never closed", (start * depth).encode(), opens=False)


def _repeated() -> Iterator[Case]:
    for key, mention in (
        ("version", "version"),
        ("nodes", "nodes"),
        ("conv", "nodes.conv"),
        ("kernel_size", "kernel_size"),
        ("kind", "kind"),
        ("lr", "training.optimizer.parameters.lr"),
        ("in", "in"),
    ):
        content = GOOD_TEXT.replace(f'"{key}":', f'"{key}": 0, "{key}":', 1).encode()
        yield Case(f"{key} twice", content, mention, opens=False)


def _too_long() -> Iterator[Case]:
    long = "a" * 1_001
    yield Case("a long name", _encode(replace_at(("nodes", "conv", "name"), long)), "nodes.conv.name", opens=False)
    yield Case("a long kind", _encode(replace_at(("nodes", "conv", "kind"), long)), "nodes.conv.kind", opens=False)
    yield Case("a long id", _encode(replace_at(("nodes", long), GOOD["nodes"]["conv"])), "nodes", opens=False)
    yield Case("a long project name", _encode(replace_at(("name",), long)), "`name`", opens=False)
    yield Case("long notes", _encode(replace_at(("notes",), "a" * 1_000_001)), "`notes`", opens=False)
    nodes = {str(number): {"kind": "ReLU"} for number in range(200_001)}
    yield Case("too many nodes", _encode({"version": 1, "nodes": nodes}), "200,001 nodes", opens=False)


def _with_fields_missing() -> Iterator[Case]:
    for path, _ in walk():
        document = copy.deepcopy(GOOD)
        inner: Any = document
        for key in path[:-1]:
            inner = inner[key]
        if isinstance(inner, dict) and path != ("version",):
            del inner[path[-1]]
            needed = path[-1] == "kind"
            yield Case(f"without {spell(path)}", _encode(document), opens=not needed)


# Where a text of the file may come near code: names, ids, kinds, settings, unknown fields.
TEXT_PLACES: tuple[tuple[str | int, ...], ...] = (
    ("name",),
    ("notes",),
    ("nodes", "in", "name"),
    ("nodes", "conv", "name"),
    ("nodes", "out", "name"),
    ("nodes", "conv", "kind"),
    ("nodes", "conv", "parameters", "kernel_size"),
    ("nodes", "conv", "parameters", "padding"),
    ("nodes", "conv", "unknown"),
    ("data", "source", "kind"),
    ("training", "loss", "kind"),
    ("training", "optimizer", "parameters", "lr"),
    ("training", "device"),
    ("x-unknown",),
)


def _with_hostile_texts() -> Iterator[Case]:
    for path in TEXT_PLACES:
        refused = path == ("training", "device")
        for number, text in enumerate(BOMBS):
            yield Case(f"{spell(path)} is bomb {number}", _encode(replace_at(path, text)), opens=not refused)
    for number, text in enumerate(BOMBS):
        yield Case(f"id is bomb {number}", _encode(_rename_id("conv", text)), opens=True)
        document = replace_at(("nodes", "conv", "parameters"), {text: 1})
        yield Case(f"parameter is bomb {number}", _encode(document), opens=True)
    for path in (("name",), ("nodes", "in", "name"), ("nodes", "conv", "name"), ("nodes", "conv", "kind")):
        for number, text in enumerate(HOSTILE_TEXTS):
            yield Case(f"{spell(path)} is odd {number}", _encode(replace_at(path, text)), opens=True)


def _rename_id(old: str, new: str) -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    document["nodes"] = {new if key == old else key: value for key, value in document["nodes"].items()}
    document["edges"] = [[new if item == old else item for item in edge] for edge in document["edges"]]
    document["layout"] = {new if key == old else key: value for key, value in document["layout"].items()}
    return document


def _with_broken_structure() -> Iterator[Case]:
    edges = GOOD["edges"]
    for title, more in {
        "a circle": [["head", 0, "conv", 0]],
        "a node that feeds itself": [["conv", 0, "conv", 0]],
        "a wire to nowhere": [["conv", 0, "gone", 0]],
        "a wire from nowhere": [["gone", 0, "conv", 0]],
        "the same wire twice": [edges[0]],
        "a port below zero": [["conv", -5, "flat", -7]],
        "a port of no node": [["conv", 999_999, "flat", 999_999]],
    }.items():
        yield Case(title, _encode(GOOD | {"edges": [*edges, *more]}), opens=True)
    yield Case("no nodes", _encode(GOOD | {"nodes": {}}), opens=True)
    yield Case("no edges", _encode(GOOD | {"edges": []}), opens=True)
    yield Case("a huge port", _encode(GOOD | {"edges": [["conv", 10**12, "flat", 0]]}), "edges[0][1]", opens=False)
    yield Case("a place off the canvas", _encode(replace_at(("layout", "in"), [1e300, 0])), "layout.in", opens=False)
