"""What is written in the manual: a page for each layer and family with all its declaration says, and links that lead somewhere."""

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from designer.catalogue.families import GUIDES
from designer.catalogue.parameters import Flag, Parameter
from designer.catalogue.registry import layers, optimizers
from designer.catalogue.templates import list_templates
from designer.ui.manual.book import HOME, KEYS, REFERENCES, find_pages, list_contents, list_families, write_page
from designer.ui.manual.layer_page import list_mistakes, list_related, write_layer
from designer.ui.manual.topics import list_topics

pytestmark = pytest.mark.usefixtures("qapp")  # Markdown is read by Qt


def list_addresses() -> list[str]:
    pending, found = list(list_contents()), []
    while pending:
        entry = pending.pop(0)
        found.append(entry.address)
        pending += entry.below
    return found


def read(address: str) -> str:
    page = write_page(address, list_templates(), "<p>the keys</p>")
    assert page is not None, address
    return page[1]


@pytest.mark.parametrize("kind", layers)
def test_a_page_says_all_that_is_declared(kind):
    spec, text = layers[kind], read(f"layer:{kind}")
    assert f"<h1>{kind}</h1>" in text
    assert f'src="figure:{kind}"' in text
    assert all(f"<code>{one.name}</code>" in text for one in spec.parameters if not one.hidden)
    assert ("In PyTorch" in text) == (spec.role == "layer" and kind != "Custom")
    assert f'href="family:{spec.family}"' in text
    assert "`" not in re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL)


def test_every_link_leads_to_a_page():
    addresses = [*list_addresses(), *(f"template:{one.name}" for one in list_templates())]
    known = set(addresses)
    for address in addresses:
        text = read(address)
        assert text
        for link in re.findall(r'href="([^"]+)"', text):
            kind, _, name = unquote(link).partition(":")
            if kind == "open":
                assert name in {template.name for template in list_templates()}
            elif kind not in ("http", "https", "#"):
                assert unquote(link) in known, f"{address} links to {link}"


def test_every_layer_family_topic_and_reference_is_in_the_contents():
    known = set(list_addresses())
    assert {f"layer:{kind}" for kind in layers} <= known
    assert {f"family:{family}" for family in list_families()} <= known
    assert {f"topic:{topic.name}" for topic in list_topics()} <= known
    assert {f"reference:{name}" for name in REFERENCES} <= known
    assert {HOME, KEYS} <= known
    assert len(list_addresses()) == len(known)


def test_guides_name_layers_that_there_are():
    assert set(GUIDES) >= set(list_families())
    assert all(kind in layers for guide in GUIDES.values() for _, kind in guide.choices)


def test_mistakes_are_those_of_the_shape_rule():
    told = list_mistakes(layers["Conv2d"])
    assert any("expects channels x height x width but gets" in text for text in told)
    assert any("class indices" in text for text in told)
    assert list_mistakes(layers["Input"]) == []


def test_related_layers_are_near():
    kinds = [spec.kind for spec in list_related(layers["LSTM"])]
    assert "GRU" in kinds[:2]
    assert "SelfAttention" in [spec.kind for spec in list_related(layers["MultiheadAttention"])][:2]
    assert all(spec not in list_related(spec) for spec in layers.values())


def test_a_page_tells_in_which_templates_a_layer_is():
    assert 'href="template:lenet-5"' in read("layer:AvgPool2d")
    text = read("template:lenet-5")
    assert 'href="layer:Conv2d"' in text
    assert 'href="open:lenet-5"' in text


@pytest.mark.parametrize(
    "text, first",
    [("cv2", "layer:Conv2d"), ("pooling", "family:pooling"), ("data", "topic:data"), ("shortcuts", "keys:shortcuts")],
)
def test_pages_are_found_as_one_types(text, first):
    assert find_pages(text)[0] == first


def test_all_words_are_looked_through():
    assert "topic:objectives" in find_pages("discriminator generator")
    assert "reference:optimizers" in find_pages("adamw")
    assert find_pages("qqqqq") == []


def test_references_tell_every_declaration():
    text = read("reference:optimizers")
    assert all(f"<h2>{kind}</h2>" in text for kind in optimizers)


def test_what_a_plug_in_says_is_escaped():
    bad = "<img src=x onerror=alert(1)>"
    parameter = Parameter("size", Flag(), False, bad)
    spec = replace(layers["ReLU"], kind="Bad<b>", summary=bad, help=bad, formula=bad, parameters=(parameter,))
    text = write_layer(spec, ())
    assert "<img src=x" not in text
    assert "Bad<b>" not in text


def test_what_is_not_there_has_no_page():
    for address in ("", "layer:Nothing", "topic:none", "file:///etc/passwd", "family:x", "template:x", "reference:x"):
        assert write_page(address, list_templates(), "") is None
