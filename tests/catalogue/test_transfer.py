"""Matching the tensors of a file with those of a network, by names and sizes alone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.catalogue.transfer import Entry, match_weights

COUNTER = "num_batches_tracked"


def conv(name, out, into, size=3):
    return [Entry(f"{name}.weight", (out, into, size, size))]


def norm(name, width, counter=True):
    entries = [Entry(f"{name}.{leaf}", (width,)) for leaf in ("weight", "bias", "running_mean", "running_var")]
    return [*entries, Entry(f"{name}.{COUNTER}", (), "int64")] if counter else entries


def linear(name, out, into):
    return [Entry(f"{name}.weight", (out, into)), Entry(f"{name}.bias", (out,))]


def resnet(classes=10, counter=True):
    """Return the tensors of a small ResNet in torchvision's names and order."""
    entries = conv("conv1", 8, 3, 7) + norm("bn1", 8, counter)
    into = 8
    for stage, width in enumerate((8, 16, 32), 1):
        for block in range(2):
            path = f"layer{stage}.{block}"
            entries += conv(f"{path}.conv1", width, into) + norm(f"{path}.bn1", width, counter)
            entries += conv(f"{path}.conv2", width, width) + norm(f"{path}.bn2", width, counter)
            if block == 0 and stage > 1:
                entries += conv(f"{path}.downsample.0", width, into, 1) + norm(f"{path}.downsample.1", width, counter)
            into = width
    return entries + linear("fc", classes, into)


def rename(entries):
    """Return the entries under names that say nothing, module for module."""
    modules = {module: f"part{number}" for number, module in enumerate(dict.fromkeys(e.module for e in entries))}
    return [Entry(f"{modules[e.module]}.{e.leaf}", e.sizes, e.dtype) for e in entries]


def places(table):
    return {row.own.name: row.given.name for row in table.matched}


def hows(table):
    return {row.how for row in table.matched}


def test_the_same_names_match_whatever_the_order():
    own = resnet()
    theirs = random.Random(1).sample(own, len(own))
    table = match_weights(own, theirs)
    assert places(table) == {entry.name: entry.name for entry in own}
    assert hows(table) == {"name"}
    assert [row.own for row in table.rows] == own


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.", "module._orig_mod.", "backbone.", "my.net."])
@pytest.mark.parametrize("swapped", [False, True])
def test_what_wrappers_put_before_the_names_does_not_matter(prefix, swapped):
    plain = resnet()
    wrapped = [Entry(prefix + entry.name, entry.sizes, entry.dtype) for entry in plain]
    own, theirs = (wrapped, plain) if swapped else (plain, wrapped)
    table = match_weights(own, theirs[::-1])
    assert places(table) == {mine.name: yours.name for mine, yours in zip(own, theirs, strict=True)}
    assert hows(table) == {"prefix"}


def test_a_backbone_within_another_network_is_found_by_name():
    """What stands beside it, and a head of another size, keep their own rows."""
    own = resnet(10)
    theirs = [Entry("projector.weight", (4, 4)), *(Entry(f"backbone.{e.name}", e.sizes, e.dtype) for e in resnet(5))]
    table = match_weights(own, theirs)
    assert hows(table) == {"prefix"}
    assert len(table.matched) == len(own) - 2
    assert [row.reason for row in table.fresh] == [
        "shape 5 x 32 against 10 x 32 in the network",
        "shape 5 against 10 in the network",
    ]
    assert [row.given.name for row in table.unused if row.own is None] == ["projector.weight"]


def test_a_compiled_part_within_the_names_does_not_matter():
    own = resnet()
    theirs = [Entry(entry.name.replace("layer2.", "layer2._orig_mod."), entry.sizes, entry.dtype) for entry in own]
    assert len(match_weights(own, theirs).matched) == len(own)


def test_other_names_match_by_shape_and_order_and_the_new_head_stays_fresh():
    own, theirs = rename(resnet(classes=5)), resnet(classes=1000)
    table = match_weights(own, theirs)
    expected = dict(zip((e.name for e in own[:-2]), (e.name for e in theirs[:-2]), strict=True))
    assert places(table) == expected
    assert hows(table) == {"order"}
    assert [row.own.sizes for row in table.fresh] == [(5, 32), (5,)]
    assert [(row.given.name, row.reason) for row in table.unused] == [
        ("fc.weight", "no place in the network"),
        ("fc.bias", "no place in the network"),
    ]


@pytest.mark.parametrize("classes", [10, 5])
def test_a_projection_before_its_block_in_one_and_behind_it_in_the_other_matches(classes):
    theirs = resnet(1000)
    own = []
    for entry in resnet(classes):
        block = entry.name.rpartition(".downsample")[0]
        if block:
            first = next(at for at, other in enumerate(own) if other.name.startswith(f"{block}.conv1"))
            behind = [at for at, other in enumerate(own) if other.name.startswith(f"{block}.downsample")]
            own.insert(behind[-1] + 1 if behind else first, entry)
        else:
            own.append(entry)
    nameless = rename(own)
    table = match_weights(nameless, theirs)
    expected = {new.name: old.name for new, old in zip(nameless, own, strict=True) if not old.name.startswith("fc")}
    assert places(table) == expected


def test_files_from_before_the_batch_counter_match_by_order_too():
    own, theirs = rename(resnet()), resnet(counter=False)
    table = match_weights(own, theirs)
    assert len(table.matched) == len(theirs)
    assert {row.own.leaf for row in table.fresh} == {COUNTER}
    assert all(row.given.module.startswith(("conv", "bn", "layer", "fc")) for row in table.matched)


@pytest.mark.parametrize("counter", [True, False])
def test_a_file_sorted_by_name_matches_by_shape_where_the_numbers_agree(counter):
    own, theirs = rename(resnet()), resnet(counter=counter)
    ordered = [entry for entry in own if counter or entry.leaf != COUNTER]
    table = match_weights(own, sorted(theirs, key=lambda entry: (entry.dtype, entry.name)), ordered=False)
    assert places(table) == dict(zip((e.name for e in ordered), (e.name for e in theirs), strict=True))
    assert hows(table) == {"shape"}


def test_numbered_modules_sorted_by_name_keep_their_order():
    own = [entry for at in range(12) for entry in linear(f"blocks.part{at}", 4, 4)]
    theirs = [entry for at in range(11) for entry in linear(f"{3 * at}", 4, 4)]
    table = match_weights(own, sorted(theirs, key=lambda entry: entry.name), ordered=False)
    assert places(table) == {f"blocks.part{at}.{x}": f"{3 * at}.{x}" for at in range(11) for x in ("weight", "bias")}


def test_numbers_alone_are_no_names():
    """A file that counts linear layers only must not fill layers 0 and 2 of three by number, and the third by order."""
    own = [entry for at in (0, 2, 4) for entry in linear(f"layers.{at}", 4, 4)]
    theirs = [entry for at in (0, 1, 2) for entry in linear(f"{at}", 4, 4)]
    table = match_weights(own, theirs)
    assert [row.given.name for row in table.rows] == [entry.name for entry in theirs]
    assert hows(table) == {"order"}


def test_a_layer_more_in_the_middle_leaves_the_rest_in_order():
    own = rename(conv("a", 4, 1) + conv("b", 4, 4, 5) + norm("c", 4) + linear("d", 2, 4))
    theirs = conv("x", 4, 1) + norm("y", 4) + linear("z", 2, 4)
    table = match_weights(own, theirs)
    assert [row.own.sizes for row in table.fresh] == [(4, 4, 5, 5)]
    assert table.unused == ()


def test_modules_cut_otherwise_match_tensor_by_tensor():
    own = conv("a", 4, 1) + norm("a.norm", 4) + linear("head", 2, 4)
    theirs = [Entry(f"p{at}", entry.sizes, entry.dtype) for at, entry in enumerate(own)]
    theirs[-2:] = linear("other", 7, 4)
    assert places(match_weights(own, theirs)) == {mine.name: f"p{at}" for at, mine in enumerate(own[:-2])}


def test_a_name_with_another_shape_or_type_is_one_row_that_says_so():
    own = linear("head", 10, 64)
    table = match_weights(own, [Entry("head.weight", (1000, 64)), Entry("head.bias", (10,), "int8")])
    assert [row.reason for row in table.rows] == [
        "shape 1000 x 64 against 10 x 64 in the network",
        "int8 numbers against float32 in the network",
    ]
    assert (table.matched, len(table.fresh), len(table.unused)) == ((), 2, 2)


def test_half_precision_matches_and_quantised_numbers_do_not():
    own = linear("a", 4, 4)
    half = [Entry(entry.name, entry.sizes, "bfloat16") for entry in own]
    eighth = [Entry(entry.name, entry.sizes, "float8_e4m3fn") for entry in own]
    assert len(match_weights(own, half).matched) == 2
    assert match_weights(own, eighth).matched == ()


def test_a_file_of_ours_follows_its_layers_through_renaming_and_moving():
    own = [Entry("layers.3.weight", (4, 4), node="n1"), Entry("layers.5.weight", (4, 4), node="n2")]
    theirs = [Entry("layers.2.weight", (4, 4), node="n2"), Entry("layers.3.weight", (4, 4), node="n1")]
    table = match_weights(own, theirs)
    assert places(table) == {"layers.3.weight": "layers.3.weight", "layers.5.weight": "layers.2.weight"}
    assert hows(table) == {"layer"}


def test_a_thousand_layers_in_another_order_take_no_time():
    own = [entry for at in range(1500) for entry in conv(f"c{at}", 4, 1 + at % 7)]
    theirs = [entry for at in range(2000) for entry in conv(f"d{at}", 4, 1 + at % 5)]
    assert len(match_weights(own, theirs).rows) >= 2000


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.lists(st.sampled_from(("a", "0", "1", "layers", "module", "weight", "bias")), min_size=1, max_size=4).map(
            ".".join
        ),
        st.sampled_from(((), (2,), (2, 3), (3, 2))),
        st.sampled_from(("float32", "float16", "int64", "float8_e5m2")),
        st.sampled_from(("", "", "n1", "n2")),
    ),
    max_size=9,
    unique_by=lambda entry: entry.name,
)


@given(ENTRIES, ENTRIES, st.booleans())
def test_every_tensor_stands_in_one_row_and_only_equal_forms_match(own, theirs, ordered):
    table = match_weights(own, theirs, ordered=ordered)
    assert [row.own for row in table.rows if row.own is not None] == own
    assert sorted(row.given.name for row in table.rows if row.given is not None) == sorted(e.name for e in theirs)
    assert all(row.own.form == row.given.form and not row.reason for row in table.matched)
    assert all(row.reason for row in table.rows if not row.how)


@given(ENTRIES, st.booleans())
def test_a_network_matches_itself_by_name(own, ordered):
    assert places(match_weights(own, own, ordered=ordered)).keys() == {entry.name for entry in own}
