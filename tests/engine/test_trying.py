"""A network is asked about one sample: what is given by hand is encoded as the data were, and placed as they are."""

import numpy as np
import pytest
import torch
from PIL import Image

from designer.document.project import Choice
from designer.engine.bundle import parts_of, take_rows
from designer.engine.evaluation.opening import open_plan, open_weights
from designer.engine.evaluation.record import EvaluationError
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.trying.bench import Bench, open_bench
from designer.engine.trying.entries import find_entry
from designer.engine.trying.fields import RowForm, encode_row, read_row
from designer.engine.trying.pictures import Hand, PictureForm, encode_picture, open_picture, place_drawing
from tests.engine.kept_runs import keep_run
from tests.engine.plans import make_project


def open_run(folder) -> Bench:
    return open_bench(open_plan(folder), open_weights(folder, "best"), folder)


def make_form(hand: Hand, *, dark: bool = True) -> PictureForm:
    zero = torch.zeros(1, 28, 28)
    return PictureForm((1, 28, 28), "", 0.0, 1.0, zero, zero + 1, "crop", dark, hand)


def test_a_drawing_is_placed_as_mnist_was_made():
    ink = np.zeros((224, 224), np.float32)
    ink[10:90, 5:25] = 1  # a bar at the upper left, and a foot that makes it heavier below
    ink[80:90, 5:65] = 1
    placed = place_drawing(ink, make_form(Hand()), centred=True)[0]
    rows, columns = np.flatnonzero(placed.max(1) > 0.2), np.flatnonzero(placed.max(0) > 0.2)
    assert rows[-1] - rows[0] + 1 == 20
    middle = [(placed.sum(1 - axis) * np.arange(28)).sum() / placed.sum() for axis in (0, 1)]
    assert middle == pytest.approx([13.5, 13.5], abs=0.6)
    boxed = place_drawing(ink, make_form(Hand(by_mass=False)), centred=True)[0]
    rows = np.flatnonzero(boxed.max(1) > 0.2)
    assert rows[0] + rows[-1] == pytest.approx(27, abs=1)
    assert len(columns)
    # As it was drawn, and on a bright ground.
    drawn = place_drawing(ink, make_form(Hand()), centred=False)[0]
    assert np.allclose(drawn[:3, :2], [[0, 0], [0.28125, 0.75], [0.375, 1]])
    assert np.allclose(place_drawing(ink, make_form(Hand(), dark=False), centred=True), 1 - placed[None], atol=1e-6)
    assert not place_drawing(np.zeros((224, 224), np.float32), make_form(Hand()), centred=True).any()


def test_black_and_white_are_swapped_where_the_ground_is_the_other_one(tmp_path):
    Image.fromarray(np.pad(np.zeros((10, 10), np.uint8), 20, constant_values=250)).save(tmp_path / "bright.png")
    pixels, swapped = open_picture(tmp_path / "bright.png", make_form(Hand()))
    assert swapped
    assert pixels[0, 0, 0] < 0.1
    assert pixels[0, 14, 14] > 0.9
    assert not open_picture(tmp_path / "bright.png", make_form(Hand(), dark=False))[1]
    with pytest.raises(EvaluationError, match=r"There is no file .*gone\.png"):
        open_picture(tmp_path / "gone.png", make_form(Hand()))


@pytest.mark.parametrize("kind", ["digits", "pictures", "arrays", "table"])
def test_samples_of_the_data_come_back_through_what_is_given_by_hand(tmp_path, kind):
    bench = open_run(keep_run(tmp_path, kind).folder)
    entry = find_entry(bench)
    for number in range(3):
        sample = bench.take(number)
        x = parts_of(sample.x)[0]
        if isinstance(entry, PictureForm):
            again = encode_picture(bench, entry, entry.show(x[0]))
        else:
            assert isinstance(entry, RowForm)
            again = encode_row(bench, entry, read_row(bench, entry, number))
        assert torch.allclose(parts_of(again.x)[0], x, atol=1e-5)


def test_a_table_of_numbers_alone_has_named_fields_in_their_own_unit(tmp_path):
    project = make_project("Iris", ("Linear", {"out_features": 3}), epochs=1)
    list(train(Plan.from_project(project, out=tmp_path / "run")))
    bench = open_run(tmp_path / "run")
    form = find_entry(bench)
    assert isinstance(form, RowForm)
    first = form.fields[0]
    assert first.name == "sepal length (cm)"
    assert 4 < first.low < first.usual < first.high < 8
    row = read_row(bench, form, 5)
    assert row[first.name] == round(row[first.name], 1)  # as it was measured
    assert torch.allclose(encode_row(bench, form, row).x, bench.take(5).x, atol=1e-5)
    with pytest.raises(EvaluationError, match=r"sepal length \(cm\) is empty"):
        encode_row(bench, form, {**row, first.name: None})


@pytest.mark.parametrize("kind", ["Iris", "table"])
def test_columns_without_a_field_have_their_usual_value(tmp_path, monkeypatch, kind):
    monkeypatch.setattr("designer.engine.trying.fields.MOST", 2)
    if kind == "table":
        folder = keep_run(tmp_path, "table").folder
    else:
        project = make_project("Iris", ("Linear", {"out_features": 3}), epochs=1)
        folder = tmp_path / "run"
        list(train(Plan.from_project(project, out=folder)))
    bench = open_run(folder)
    form = find_entry(bench)
    assert isinstance(form, RowForm)
    assert (len(form.fields), form.left_out) == (2, len(form.rest))
    row = {field.name: field.usual for field in form.fields}
    sample = encode_row(bench, form, row)
    assert sample.raw == row | {field.name: field.usual for field in form.rest}
    assert bench.ask(sample).answers


def test_layers_are_seen_and_other_weights_take_the_place_of_the_first(tmp_path):
    layers = (("Flatten", {}), ("Linear", {"out_features": 10}))
    project = make_project(Choice("Digits"), *layers, epochs=1)
    list(train(Plan.from_project(project, out=tmp_path / "run")))
    bench = open_run(tmp_path / "run")
    seen = bench.ask(bench.take(4), see=True)
    plain = bench.ask(bench.take(4))
    assert torch.equal(parts_of(seen.outputs)[0], parts_of(plain.outputs)[0])
    assert [each.shape for each in (found.values for found in seen.activations.values())] == [(64,), (10,)]
    with pytest.raises(EvaluationError, match="makes no samples"):
        bench.draw(0)
    # The same data and lines serve other weights.
    again = open_bench(open_plan(tmp_path / "run"), open_weights(tmp_path / "run", "last"), tmp_path / "run", bench)
    assert again.stock is bench.stock
    rows = torch.tensor([4])
    assert torch.equal(take_rows(bench.stock.x, rows), again.take(4).x)
