"""Texts and series reach the network as they stand in the file, and the last part of them stays unseen."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.check.study import Study
from designer.catalogue.facts import facts, source_problem
from designer.catalogue.shapes import infer
from designer.document.project import Choice, Data, Project
from tests.catalogue.running_sources import load

SPEECH = "to be, or not to be: that is the question"


def make_project(choice, validation=0.2):
    return Project(data=Data(choice, validation=validation))


def text_choice(text, **settings):
    return Choice("Characters", {"vocabulary": "".join(sorted(set(text))), "characters": len(text), **settings})


def test_a_text_is_cut_into_windows_and_what_follows_each_place(tmp_path):
    path = tmp_path / "speech.txt"
    path.write_bytes(SPEECH.encode())
    choice = text_choice(SPEECH, length=6)
    loaded = load(choice, path)
    letters = sorted(set(SPEECH))
    read = ["".join(letters[place] for place in row) for row in loaded["x"].tolist()]
    following = ["".join(letters[place] for place in row) for row in loaded["y"].tolist()]
    assert read == [SPEECH[at : at + 6] for at in range(0, 36, 6)]
    assert following == [SPEECH[at + 1 : at + 7] for at in range(0, 36, 6)]
    assert loaded["train"].tolist() == [0, 1, 2, 3, 4]
    assert loaded["validation"].tolist() == [5]
    known = facts(make_project(choice))
    assert (known.input.sizes, known.input.dtype, known.rows) == ((6,), "int", 6)
    assert (known.target.kind, known.target.size, known.target.length) == ("tokens", len(letters), 6)


def test_a_text_with_other_characters_is_refused(tmp_path):
    path = tmp_path / "speech.txt"
    path.write_text(SPEECH + "é", "utf-8")
    with pytest.raises(ValueError, match="has the character 'é', which is not in the vocabulary"):
        load(text_choice(SPEECH, length=6), path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="cannot be read"):
        load(text_choice(SPEECH, length=6), path)
    path.write_text("to be", "utf-8")
    with pytest.raises(ValueError, match="5 characters, too few"):
        load(text_choice(SPEECH, length=6), path)


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.integers(4, 60),
    length=st.integers(1, 6),
    horizon=st.integers(1, 4),
    validation=st.sampled_from([0.0, 0.1, 0.34, 0.8]),
)
def test_no_number_to_be_forecast_is_in_both_parts(tmp_path_factory, numbers, length, horizon, validation):
    path = tmp_path_factory.mktemp("series") / "series.csv"
    path.write_text("t,value\n" + "".join(f"{t},{t * t}\n" for t in range(numbers)), "utf-8")
    choice = Choice("Series", {"column": "value", "length": length, "horizon": horizon, "rows": numbers})
    project = make_project(choice, validation)
    if source_problem(project) is not None:
        assert numbers < length + horizon + 1
        return
    known, loaded = facts(project), load(choice, path, validation)
    train, held_out = loaded["train"], loaded["validation"]
    assert loaded["x"].shape == (known.rows, length, 1)
    assert loaded["y"].shape == (known.rows, horizon)
    study = Study(project, infer(project.graph), known)
    assert (len(train), len(held_out)) == (study.training_rows, study.validation_rows)
    if validation:
        used = {row + length + step for row in train.tolist() for step in range(horizon)}
        unseen = {row + length + step for row in held_out.tolist() for step in range(horizon)}
        assert max(train) < min(held_out)
        assert used.isdisjoint(unseen) or len(train) == 1
    series = torch.arange(numbers).double().square()
    windows = torch.stack([series[row : row + length + horizon] for row in range(known.rows)])
    mean, deviation = windows[train, :length].mean(), windows[train, :length].std(correction=0)
    scaled = (windows - mean) / deviation if deviation > 0 else torch.zeros_like(windows)
    both = torch.cat([loaded["x"][..., 0], loaded["y"]], 1).double()
    assert torch.allclose(both, scaled, rtol=1e-3, atol=1e-3)


def test_logarithms_and_differences_of_a_series(tmp_path):
    path = tmp_path / "series.csv"
    path.write_text("value\n" + "".join(f"{3.0 * 2.0**t}\n" for t in range(20)), "utf-8")
    choice = Choice("Series", {"column": "value", "length": 3, "log": True, "difference": 2, "rows": 20})
    loaded = load(choice, path)
    assert loaded["x"].shape == (15, 3, 1)
    assert facts(make_project(choice)).rows == 15
    assert torch.allclose(loaded["series"], torch.full((18,), 2 * torch.log(torch.tensor(2.0))).double())
    path.write_text("value\n1\n\n-2\nx\n", "utf-8")
    with pytest.raises(ValueError, match="has no number in row 3"):
        load(choice, path)
    path.write_text("value\n1\n-2\n3\n", "utf-8")
    with pytest.raises(ValueError, match="not above 0"):
        load(choice, path)
    with pytest.raises(ValueError, match="has no column"):
        load(Choice("Series", {"column": "price"}), path)


def test_the_mackey_glass_series_follows_its_equation():
    series = load(Choice("MackeyGlass", {"samples": 400}))["series"]
    assert series.min() > 0.2
    assert series.max() < 1.4
    # The equation over one unit of time, which ten Euler steps meet to a few thousandths.
    drift = 0.2 * series[:-18] / (1 + series[:-18] ** 10) - 0.1 * series[17:-1]
    assert (series[18:] - series[17:-1] - drift).abs().max() < 0.02
    again, other = (load(Choice("MackeyGlass", {"samples": 400, "seed": seed}))["series"] for seed in (0, 1))
    assert torch.equal(series, again)
    assert not torch.equal(series, other)


def test_pairs_keep_the_parts_apart():
    loaded = load(Choice("DigitPairs", {"pairs": 500}), validation=0.3)
    first, second = loaded["x"]
    same = loaded["y"]
    assert same.float().mean() == 0.5
    assert (len(loaded["train"]), len(loaded["validation"])) == (350, 150)
    images = {
        image.numpy().tobytes(): digit for image, digit in zip(loaded["images"], loaded["digits"].tolist(), strict=True)
    }
    used = []
    for part in ("train", "validation"):
        rows = loaded[part]
        keys = [[image.numpy().tobytes() for image in images_[rows]] for images_ in (first, second)]
        for one, other, answer in zip(*keys, same[rows].tolist(), strict=True):
            assert (images[one] == images[other]) == bool(answer)
        used.append({*keys[0], *keys[1]})
    assert used[0].isdisjoint(used[1])


def test_properties_of_digits_are_those_of_arithmetic():
    loaded = load(Choice("DigitProperties"))
    answers = dict(zip(loaded["digits"].tolist(), loaded["y"].tolist(), strict=True))
    assert answers == {
        0: [1, 0, 0, 1],
        1: [0, 0, 0, 0],
        2: [1, 1, 0, 0],
        3: [0, 1, 0, 0],
        4: [1, 0, 0, 0],
        5: [0, 1, 1, 0],
        6: [1, 0, 1, 1],
        7: [0, 1, 1, 0],
        8: [1, 0, 1, 1],
        9: [0, 0, 1, 1],
    }
