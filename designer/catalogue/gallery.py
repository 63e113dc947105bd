"""The gallery: templates found as one types, and what is known of the network of one."""

import difflib
import functools
import re
from dataclasses import dataclass

from designer.catalogue.facts import data_type, infer_project
from designer.catalogue.registry import sources
from designer.catalogue.shapes import Inference
from designer.catalogue.templates import Template, list_templates
from designer.document.files import load
from designer.document.project import used_block

# How badly a word fits: the less the better; a query of several words costs their sum.
NAME, NAME_PART, KIND, TEXT, SCATTERED, MISSPELT = 0, 10, 30, 40, 60, 80
LONGEST = 40  # characters of a word that are looked at


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What a network is made of. `layers` counts them with blocks written out; `data` says what it learns from."""

    parameters: int
    multiply_adds: int
    layers: int
    data: str
    sample: tuple[int, ...] | None


@functools.cache
def describe_network(template: Template) -> NetworkFacts:
    """Return the facts of a template's network; worked out when first asked for."""
    project = load(template.path)
    inference = infer_project(project)
    source = sources.get(project.data.source.kind) if project.data.source is not None else None
    sample = data_type(project)
    return NetworkFacts(
        inference.parameters,
        inference.multiply_adds,
        count_layers(inference),
        "" if source is None else source.title,
        None if sample is None else sample.sizes,
    )


def count_layers(inference: Inference) -> int:
    """Return the number of layers, blocks written out and repeated, without Inputs, Outputs and what is switched off."""
    counted: dict[int, int] = {}

    def count(there: Inference) -> int:
        if id(there) not in counted:
            counted[id(there)] = sum(
                sum(map(count, known.inside))
                if used_block(known.node.kind) is not None
                else known.node.kind not in ("Input", "Output")
                for known in there.nodes.values()
                if not known.is_off
            )
        return counted[id(there)]

    return count(inference)


def search_templates(text: str) -> tuple[Template, ...]:
    """Return the templates that fit a text, best first; all of them, in the gallery's order, where it is blank.

    Every word must fit: the name, a kind of layer in it, a word of what is written of it (authors and years too), letters
    scattered through its name in order, or one of these misspelt.
    """
    words = [word[:LONGEST] for word in text.lower().split()[:8]]
    scored = []
    for template in list_templates():
        costs = [cost for word in words if (cost := _rate(template, word)) is not None]
        if len(costs) == len(words):
            scored.append((sum(costs), template))
    return tuple(template for _, template in sorted(scored, key=lambda pair: pair[0]))


def _rate(template: Template, word: str) -> int | None:
    """Return how badly a word fits a template, None where it does not."""
    called, known, written = _words_of(template)
    if any(name.startswith(word) for name in called):
        return NAME
    if any(word in name for name in called):
        return NAME_PART
    if any(kind.startswith(word) for kind in known):
        return KIND
    if any(one.startswith(word) for one in written):
        return TEXT
    if len(word) > 2 and _is_scattered(word, template.name):
        return SCATTERED
    return MISSPELT if len(word) > 3 and difflib.get_close_matches(word, (*called, *known, *written), 1, 0.8) else None


@functools.cache
def _words_of(template: Template) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return what a template is called, the kinds of its layers, and the words written of it, in small letters."""
    called = {template.name, template.title.lower(), *re.split(r"[-\s]+", template.title.lower())}
    written = re.findall(r"\w+", f"{template.group} {template.summary} {template.story} {template.source}".lower())
    return tuple(sorted(called)), tuple(sorted(kind.lower() for kind in template.kinds)), tuple(sorted(set(written)))


def _is_scattered(word: str, name: str) -> bool:
    letters = iter(name)
    return word[0] == name[0] and all(letter in letters for letter in word)
