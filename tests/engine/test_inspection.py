"""What the network gets of a sample is what the script's own `load_data` makes of it, whatever the source."""

import numpy as np
import pytest
import torch
from PIL import Image

from designer.catalogue.facts import facts
from designer.catalogue.registry import sources
from designer.codegen.preparation import render_preparation
from designer.data import look
from designer.document.project import Choice, Data, Project
from designer.engine.build import build
from designer.engine.inspection import Reading, feed, find_raw, is_listed, tell_fitted
from designer.engine.inspection.balance import weigh_up
from designer.engine.inspection.overview import look_over_corpus

ALONE = sorted(kind for kind, spec in sources.items() if not spec.path)


def go(report):
    return True


def read(data: Data, path=None):
    """Return what was read to its end, and the samples as they were listed before that."""
    reading = Reading(Project(data=data), path)
    reading.go_on(go, is_listed)
    raw = find_raw(reading)
    reading.go_on(go)
    return reading, raw


@pytest.mark.parametrize("kind", ALONE)
def test_every_source_shows_its_samples_and_what_becomes_of_them(kind):
    data = Data(Choice(kind))
    reading, raw = read(data)
    own = build(render_preparation(data)).names["load_data"]()
    x = own["x"] if isinstance(own["x"], tuple) else (own["x"],)
    known = facts(Project(data=data))
    assert raw.count == len(x[0])
    for place in (0, raw.count - 1):
        given = feed(reading, raw, place)
        assert np.array_equal(given.tensor, torch.cat([each[place] for each in x], -1).numpy())
        assert dict(given.facts)["Type"] == str(x[0].dtype).removeprefix("torch.")
        assert given.write().split(" ", 1)[1].startswith(f"{place + 1:,}")
        assert given.cells or given.tokens or raw.form == "picture"
    assert (raw.parts >= 0).sum() == len(
        {int(row) for part in ("train", "validation") for row in rows(own[part], raw.count)}
    )
    if known.target.kind in ("class", "binary"):
        assert raw.label(0) == raw.labels[int(own["y"][0])]
    assert weigh_up(raw).sentence


def rows(part, count):
    return range(count)[part] if isinstance(part, slice) else part.tolist()


def test_pictures_keep_their_file_through_split_and_broken_ones(tmp_path):
    """Rows of `x` stand in the order of the parts, without what is broken: each is found by its file."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(6):
            shade = 20 * number + (130 if name == "b" else 0)
            Image.fromarray(np.full((8, 8, 3), shade, np.uint8)).save(tmp_path / name / f"{number}.png")
    (tmp_path / "a" / "3.png").write_bytes(b"no picture")
    source = look(tmp_path).source
    with pytest.warns(UserWarning, match="1 of 12 files cannot be read"):
        reading, raw = read(Data(Choice("ImageFolder", {**source.parameters, "normalize": "none"})), tmp_path)
    assert raw.form == "files"
    for place, file in enumerate(raw.items):
        given = feed(reading, raw, place)
        if file == "a/3.png":
            assert given.reason == "This file cannot be read as a picture, so it is left out."
            continue
        shade = 20 * int(file[2]) + (130 if file[0] == "b" else 0)
        assert np.allclose(given.tensor * 255, shade)
        assert raw.label(place) == file[0]
        assert given.title.startswith(f"{file} · ")


def test_arrays_are_found_again_in_the_order_of_the_parts(tmp_path):
    x = np.arange(40, dtype=np.float32).reshape(20, 2)
    path = tmp_path / "arrays.npz"
    np.savez(path, x=x, y=np.arange(20) % 2)
    reading, raw = read(Data(Choice("Arrays", {**look(path).source.parameters, "scale": "none"})), path)
    assert isinstance(reading.names["train"], slice)
    for place in range(20):
        assert feed(reading, raw, place).tensor.tolist() == x[place].tolist()
        assert feed(reading, raw, place).cells[0].raw == f"{2 * place}"
        assert raw.label(place) == str(place % 2)


def test_columns_stand_beside_the_features_that_they_became(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("size,hue,more,answer\n" + "1,red,a,10\n3,blue,b,20\n,red,c,30\n5,,d,40\n" * 5, "utf-8")
    source = look(path).source
    treated = (("size", "fill", "mark"), ("hue", "encode", "ordinal"))
    given = {"target": "answer", "classes": (), "numbers": ("size",), "categories": (("hue", ("", "blue", "red")),)}
    reading, raw = read(Data(Choice("Csv", {**source.parameters, **given, "treatments": treated})), path)
    cells = {cell.name: cell for cell in feed(reading, raw, 2).cells}
    assert cells["size"].raw == "missing"
    assert [name for name, _ in cells["size"].features] == ["size", "was missing"]
    assert cells["size"].features[1][1] == 1
    assert len(cells["hue"].features) == 1
    assert cells["answer"].raw == "30"
    assert cells["answer"].features[0][1] == pytest.approx(float(reading.names["y"][2, 0]))
    assert cells["more"].features == ()
    told = tell_fitted(reading)
    assert told[0].startswith("size: 5 missing filled with ")
    assert "whether it was missing is a feature of its own" in told[0]
    assert told[1].startswith("hue: the place among 3 values (missing, blue, red)")
    assert told[2].startswith("target: standardised on the training rows: ")


def test_a_table_that_is_not_held_is_told_by_its_features(tmp_path):
    path = tmp_path / "table.csv"
    rows = [f"{n * n % 37},{'red' if n % 3 else 'blue'},{'yes' if n % 2 else 'no'}" for n in range(40)]
    path.write_text("\n".join(["size,hue,answer", *rows]), "utf-8")
    reading, raw = read(Data(Choice("Csv", {**look(path).source.parameters, "large": True})), path)
    assert raw.form == "encoded"
    for place in (0, 7, 39):
        given = feed(reading, raw, place)
        told = {cell.name: cell.raw for cell in given.cells}
        assert told == {
            "size": str(place * place % 37),
            "hue": "red" if place % 3 else "blue",
            "target": raw.label(place),
        }
        assert raw.label(place) == ("yes" if place % 2 else "no")


@pytest.mark.parametrize("unit", ["word", "character", "byte pair"])
def test_tokens_are_seen_as_words_with_their_numbers(tmp_path, unit):
    path = tmp_path / "texts.csv"
    lines = [f"the {word} ran home again on day {n},{word}" for n in range(30) for word in ("cat", "dog")]
    path.write_text("\n".join(["text,label", *lines]), "utf-8")
    source = Choice("Texts", {**look(path).source.parameters, "unit": unit, "length": 6})
    reading, raw = read(Data(source), path)
    given = feed(reading, raw, 0)
    assert [token.number for token in given.tokens] == reading.names["x"][0].tolist()
    whole = "".join(token.text for token in given.tokens)
    assert given.text.replace(" ", "").startswith(whole.replace(" ", ""))
    assert given.beyond > 0
    assert f"{len(reading.names['vocabulary']['tokens']):,} " in given.fitted[0]


@pytest.mark.parametrize("unit, unknown", [("byte pair", None), ("word", 1.0)])
def test_a_corpus_says_what_is_unknown(tmp_path, unit, unknown):
    path = tmp_path / "text.txt"
    path.write_text("a b " * 200 + "z y " * 50, "utf-8")
    source = Choice("Language", {"path": str(path), "unit": unit, "length": 4, "words": 500})
    reading, raw = read(Data(source), path)
    found = look_over_corpus(reading, raw)
    assert found.unknown == (None if unknown is None else pytest.approx(unknown))
    given = feed(reading, raw, 0)
    assert given.text == path.read_text("utf-8")[: len(given.text)]
    later = feed(reading, raw, raw.count - 1)  # what the training part never says
    assert later.text.strip() in path.read_text("utf-8")
    assert {token.kind for token in later.tokens} == ({""} if unknown is None else {"unknown"})
    assert given.tokens[0].after == given.tokens[1].text


def test_reading_goes_on_where_it_was_given_up(tmp_path):
    reading = Reading(Project(data=Data(Choice("Iris"))), None)
    asked = iter((True, False))
    assert not reading.go_on(lambda share: next(asked))
    assert "x" in reading.names
    assert "x_scale" not in reading.names
    assert not reading.ended
    assert reading.go_on(go)
    assert reading.ended
    broken = Reading(Project(data=Data(Choice("Csv"))), None)
    for _ in range(2):
        with pytest.raises(ValueError, match="no data to read yet"):
            broken.go_on(go)
