"""Which pages the manual has, what is written on each, and how they are found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from designer.catalogue.augmentation import augmentations
from designer.catalogue.families import GUIDES
from designer.catalogue.registry import layers, losses, metrics, objectives, optimizers, schedules
from designer.catalogue.sampling import samplings
from designer.catalogue.search import search
from designer.catalogue.spec import LayerSpec
from designer.catalogue.splits import splits
from designer.catalogue.templates import Template
from designer.ui.manual.html import code_block, escape, link, picture, table, write_prose
from designer.ui.manual.layer_page import write_layer
from designer.ui.manual.topics import list_topics, write_topic
from designer.ui.panels.entries import describe_type, write_entry

HOME = "home:manual"
KEYS = "keys:shortcuts"
SMALL = 200  # logical pixels of a figure in a list
FEW_TOPICS = 6

REFERENCES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "losses": ("Losses", losses),
    "optimizers": ("Optimizers", optimizers),
    "schedules": ("Learning-rate schedules", schedules),
    "metrics": ("Metrics", metrics),
    "objectives": ("Objectives", objectives),
    "splits": ("Splits", splits),
    "samplings": ("Rare classes", samplings),
    "augmentations": ("Augmentation", augmentations),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: address and title, and the lines below it."""

    address: str
    title: str
    below: "tuple[Entry, ...]" = ()


def list_contents() -> tuple[Entry, ...]:
    """Return the contents: topics, layers by family, what training is made of, keys."""
    topics = tuple(Entry(f"topic:{topic.name}", topic.title) for topic in list_topics())
    families = tuple(
        Entry(f"family:{family}", family.capitalize(), tuple(Entry(f"layer:{one.kind}", one.kind) for one in specs))
        for family, specs in list_families().items()
    )
    training = tuple(Entry(f"reference:{name}", title) for name, (title, _) in REFERENCES.items())
    return (
        Entry(HOME, "Using Designer", topics),
        Entry("layers:all", "Layers", families),
        Entry("reference:all", "Training", training),
        Entry(KEYS, "Keyboard shortcuts"),
    )


def list_families() -> dict[str, list[LayerSpec]]:
    """Return the layers by family, in the order of the palette."""
    found: dict[str, list[LayerSpec]] = {}
    for spec in layers.values():
        found.setdefault(spec.family, []).append(spec)
    return found


def find_pages(text: str) -> list[str]:
    """Return the addresses of the pages that fit a text, best first."""
    words = text.lower().split()
    named = [f"layer:{spec.kind}" for spec in search(text)]
    titled, told = [], []
    for topic in list_topics():
        if all(word in topic.title.lower() for word in words):
            titled.append(f"topic:{topic.name}")
        elif all(word in f"{topic.title} {topic.text}".lower() for word in words):
            told.append(f"topic:{topic.name}")
    titled += [f"family:{family}" for family in list_families() if all(family.startswith(word) for word in words)]
    for name, (title, declared) in REFERENCES.items():
        if all(word in f"{title} {' '.join(declared)}".lower() for word in words):
            told.append(f"reference:{name}")
    if all(word in "keyboard shortcuts keys gestures mouse" for word in words):
        titled.append(KEYS)
    return list(dict.fromkeys([*titled, *named, *told[:FEW_TOPICS]]))


def write_page(address: str, templates: Sequence[Template], keys: str) -> tuple[str, str] | None:
    """Return title and HTML of a page, None where there is none; `keys` is the page of shortcuts."""
    kind, _, name = address.partition(":")
    name = unquote(name)
    if kind == "layer" and name in layers:
        return name, write_layer(layers[name], templates)
    if kind == "family" and name in list_families():
        return name.capitalize(), write_family(name)
    if kind == "topic":
        return next(((topic.title, write_topic(topic)) for topic in list_topics() if topic.name == name), None)
    if kind == "reference":
        return _write_reference(name)
    if kind == "template":
        return next(((one.title, write_template(one)) for one in templates if one.name == name), None)
    if address == KEYS:
        return "Keyboard shortcuts", f"<h1>Keyboard shortcuts</h1>{keys}"
    if kind == "layers":
        return "Layers", write_all_layers()
    return ("Manual", write_home()) if address == HOME else None


def write_home() -> str:
    """Return the first page: what there is to read."""
    topics = "".join(f"<li>{link(f'topic:{topic.name}', topic.title)}</li>" for topic in list_topics())
    references = ", ".join(link(f"reference:{name}", title.lower()) for name, (title, _) in REFERENCES.items())
    return (
        "<h1>Manual</h1><p>Draw a network, see its shapes, train it, and leave with the code. F1 opens the page of the layer "
        "that is selected.</p>"
        f"<h2>Using Designer</h2><ul>{topics}<li>{link(KEYS, 'Keyboard shortcuts and gestures')}</li></ul>"
        f"<h2>Layers</h2>{_list_families()}<h2>Training</h2><p>All {references}.</p>"
    )


def write_all_layers() -> str:
    """Return the page of all families."""
    return f"<h1>Layers</h1><p>{len(layers)} kinds, by family. Each has a page with a picture.</p>{_list_families()}"


def _list_families() -> str:
    rows = [
        (
            f"<b>{link(f'family:{family}', family.capitalize())}</b>",
            " · ".join(link(f"layer:{spec.kind}", spec.kind) for spec in specs),
        )
        for family, specs in list_families().items()
    ]
    return table(rows)


def write_family(family: str) -> str:
    """Return the page of a family: what it is for, when to take which, all of it with pictures."""
    guide = GUIDES[family]  # type: ignore[index]
    choices = table([(escape(when), link(f"layer:{kind}", kind)) for when, kind in guide.choices], ("for", "take"))
    rows = [
        (
            picture(spec.kind, SMALL, spec.summary),
            f"<b>{link(f'layer:{spec.kind}', spec.kind)}</b><br>{write_prose(spec.summary)}",
        )
        for spec in list_families()[family]
    ]
    return (
        f"<h1>{escape(family.capitalize())}</h1><p>{write_prose(guide.about)}</p>"
        + (f"<h2>Which one?</h2>{choices}" if guide.choices else "")
        + f"<h2>All of them</h2>{table(rows)}"
    )


def write_template(template: Template) -> str:
    """Return the page of a network of the gallery."""
    known = [kind for kind in sorted(template.kinds) if kind in layers]
    return (
        f"<h1>{escape(template.title)}</h1><p class='muted'>Gallery · {escape(template.group)}</p>"
        f"<p><b>{write_prose(template.summary)}</b></p><p>{write_prose(template.story)}</p>"
        + (f"<p class='muted'>{escape(template.source)}</p>" if template.source else "")
        + f"<p>{link(f'open:{template.name}', 'Open a copy of it')}</p>"
        + f"<h2>Its layers</h2><p>{' · '.join(link(f'layer:{kind}', kind) for kind in known)}</p>"
    )


def _write_reference(name: str) -> tuple[str, str] | None:
    if name == "all":
        items = "".join(f"<li>{link(f'reference:{key}', title)}</li>" for key, (title, _) in REFERENCES.items())
        return "Training", f"<h1>Training</h1><p>What the settings of the Training tab offer.</p><ul>{items}</ul>"
    if name not in REFERENCES:
        return None
    title, declared = REFERENCES[name]
    parts = [f"<h1>{escape(title)}</h1>"]
    for kind, spec in declared.items():
        called = getattr(spec, "title", kind)
        parts.append(f"<h2>{escape(called)}</h2><p>{write_prose(f'{spec.summary} {spec.help}')}</p>")
        parts.append(code_block(spec.formula) if spec.formula else "")
        parts.append(
            table(
                (
                    f"<code>{escape(one.name)}</code>",
                    f"<code>{escape(write_entry(one.type, one.default) or 'none')}</code>",
                    f"{write_prose(one.meaning)} <span class='muted'>Takes {escape(describe_type(one.type))}.</span>",
                )
                for one in spec.parameters
            )
            if spec.parameters
            else ""
        )
    return title, "".join(parts)
