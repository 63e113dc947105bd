"""The gallery is found by what people remember: a name, an author, a year, a kind of layer, nearly spelled."""

import pytest

from designer.catalogue.gallery import describe_network, search_templates
from designer.catalogue.templates import find_template, list_templates


@pytest.mark.parametrize(
    "text, first",
    [
        ("resnet 50", "resnet-50"),
        ("LSTM", "digits-rows"),
        ("rumelhart xor", "xor"),
        ("rnt152", "resnet-152"),
        ("reznet", "resnet-18"),
    ],
)
def test_the_best_comes_first(text, first):
    assert first in [template.name for template in search_templates(text)][:3]


def test_nothing_typed_finds_all_in_order_and_nonsense_none():
    assert search_templates("  ") == list_templates()
    assert search_templates("quux xor") == ()
    assert search_templates("?" * 1000) == ()


def test_layers_are_counted_with_blocks_written_out_and_without_those_switched_off():
    facts = describe_network(find_template("resnet-152"))
    assert (facts.layers, facts.parameters, facts.sample) == (515, 60_192_808, (3, 224, 224))
