"""`designer templates`: the gallery by groups, and the story of one of its networks."""

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer.catalogue.templates import Template

WIDTH = 100  # columns


def write_gallery() -> str:
    """Return all templates by group, each with a sentence on what it shows."""
    from designer.catalogue.templates import list_templates

    known = list_templates()
    width = max((len(each.name) for each in known), default=0)
    parts = []
    for group, members in groupby(known, lambda each: each.group):
        rows = [_write_row(f"  {each.name:<{width}}  ", each.summary) for each in members]
        parts.append("\n".join([group, *rows]))
    return "\n\n".join(
        [*parts, "`designer templates NAME` tells its story, `designer new NAME -o FILE.nnd` begins with it."]
    )


def write_template(template: "Template") -> str:
    """Return the title, the story, the facts and the source of one."""
    from designer.catalogue.gallery import describe_network

    facts = describe_network(template)
    path = " --data PATH" if template.path_parameter else ""
    sample = "" if facts.sample is None else f", a sample is {' x '.join(map(str, facts.sample)) or 'a number'}"
    rows = (
        ("layers", f"{facts.layers:,}"),
        ("parameters", f"{facts.parameters:,}"),
        ("multiply-adds", f"{facts.multiply_adds:,}"),
        ("data", f"{facts.data}{sample}"),
        ("source", template.source),
        ("begin", f"designer new {template.name}{path} -o {template.name}.nnd"),
    )
    told = [textwrap.fill(text, WIDTH) for text in (template.summary, template.story) if text]
    table = "\n".join(_write_row(f"{name:<15}", text) for name, text in rows if text)
    return "\n\n".join([f"{template.title}  ({template.group})", *told, table])


def list_records() -> list[dict[str, Any]]:
    """Return what is known of every template without looking at its network."""
    from designer.catalogue.templates import list_templates

    return [
        {"name": each.name, "summary": each.summary, "title": each.title, "group": each.group}
        for each in list_templates()
    ]


def make_record(template: "Template") -> dict[str, Any]:
    """Return all that is known of one template."""
    from designer.catalogue.gallery import describe_network

    facts = describe_network(template)
    return {
        "name": template.name,
        "summary": template.summary,
        "title": template.title,
        "group": template.group,
        "story": template.story,
        "source": template.source,
        "layers": facts.layers,
        "parameters": facts.parameters,
        "multiply_adds": facts.multiply_adds,
        "data": facts.data,
        "sample": facts.sample,
        "kinds": sorted(template.kinds),
    }


def _write_row(start: str, text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False)
