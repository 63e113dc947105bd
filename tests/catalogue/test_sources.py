"""Data sources keep their word: what the facts say is what the lines of `load_data` give."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalogue.facts import data_type, facts, missing_path, source_problem
from designer.catalogue.registry import sources
from designer.document.project import Choice, Data, Project
from tests.catalogue.running_sources import load, predict

BUILT_IN = [kind for kind, spec in sources.items() if not spec.path]
TABLES = ["Iris", "Wine", "BreastCancer", "Diabetes"]
POINTS = ["Moons", "Circles", "Spirals"]
GATES = {"And": [0, 0, 0, 1], "Or": [0, 1, 1, 1], "Xor": [0, 1, 1, 0]}


def make_project(kind, parameters=None, **data):
    return Project(data=Data(Choice(kind, parameters or {}), **data))


@pytest.mark.parametrize("spec", sources.values(), ids=lambda s: s.kind)
def test_every_declaration_teaches(spec):
    assert spec.title
    assert spec.summary.endswith(".")
    assert len(spec.help) > 40
    assert spec.path in ("", *(parameter.name for parameter in spec.parameters))
    for parameter in spec.parameters:
        assert parameter.type.accept(parameter.default) == parameter.default
        assert parameter.meaning.endswith(".")


@pytest.mark.parametrize("kind", BUILT_IN)
def test_facts_are_what_is_loaded(kind):
    known = facts(make_project(kind))
    loaded = load(Choice(kind))
    x, y, train, validation = (loaded[name] for name in ("x", "y", "train", "validation"))
    parts = x if isinstance(x, tuple) else (x,)
    assert len(parts) == known.inputs
    for part in parts:
        assert part.shape == (known.rows, *known.input.sizes)
        assert part.dtype == torch.float32
        assert part.isfinite().all()
    if known.target.kind in ("value", "labels"):
        low, high = known.target.bounds or ((0, 1) if known.target.kind == "labels" else (-100, 1000))
        assert y.min() >= low
        assert y.max() <= high
        assert y.shape == (known.rows, known.target.size)
        assert y.dtype == torch.float32
    else:
        assert y.shape == (known.rows,)
        assert y.dtype == torch.int64
        classes = 2 if known.target.kind == "binary" else known.target.size
        assert sorted(set(y.tolist())) == list(range(classes))
        assert len(known.target.labels) == classes
    if known.given_split:
        assert sorted(train.tolist()) == sorted(validation.tolist()) == list(range(known.rows))
    elif known.gap is not None:
        assert [*train.tolist(), *validation.tolist()] == list(range(known.rows))
    else:
        assert sorted([*train.tolist(), *validation.tolist()]) == list(range(known.rows))
        assert len(validation) == round(0.2 * known.rows)


@pytest.mark.parametrize("kind", TABLES)
def test_tables_are_scaled_on_the_training_rows(kind):
    loaded = load(Choice(kind), split_seed=3)
    known = loaded["x"][loaded["train"]]
    assert torch.allclose(known.mean(0), torch.zeros(known.shape[1]), atol=1e-4)
    assert torch.allclose(known.std(0, correction=0), torch.ones(known.shape[1]), atol=1e-4)
    unseen = loaded["x"][loaded["validation"]]
    assert not torch.allclose(unseen.mean(0), torch.zeros(known.shape[1]), atol=1e-4)
    raw = load(Choice(kind, {"standardize": False}), split_seed=3)
    assert raw["x"].abs().max() > 6
    mean, deviation = raw["x"][raw["train"]].mean(0), raw["x"][raw["train"]].std(0, correction=0)
    assert torch.allclose((raw["x"] - mean) / deviation, loaded["x"], atol=1e-4)


def test_a_regression_target_is_scaled_unless_told_otherwise():
    scaled = load(Choice("Diabetes"))
    assert scaled["y"][scaled["train"]].std(correction=0) == pytest.approx(1, abs=1e-4)
    plain = load(Choice("Diabetes", {"scale_target": False}))
    assert plain["y"].min() == 25
    assert plain["y"].max() == 346


@pytest.mark.parametrize("kind", GATES)
def test_a_gate_without_noise_is_the_truth_table(kind):
    loaded = load(Choice(kind), validation=0.5)
    assert loaded["x"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert loaded["y"].tolist() == GATES[kind]
    assert sorted(loaded["train"].tolist()) == sorted(loaded["validation"].tolist()) == [0, 1, 2, 3]


@pytest.mark.parametrize("kind", GATES)
def test_a_gate_with_noise_has_clouds_around_its_corners(kind):
    loaded = load(Choice(kind, {"samples": 402, "noise": 0.1}))
    corners = loaded["x"].round().clamp(0, 1)
    truth = torch.tensor(GATES[kind])[(2 * corners[:, 0] + corners[:, 1]).long()]
    assert torch.equal(truth, loaded["y"])
    assert len(loaded["validation"]) == 80
    assert (loaded["x"] - corners).std() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("kind", [*POINTS, *GATES])
def test_points_follow_their_seed(kind):
    def draw(seed):
        return load(Choice(kind, {"samples": 50, "noise": 0.1, "seed": seed}))["x"]

    assert torch.equal(draw(5), draw(5))
    assert not torch.equal(draw(5), draw(6))


def test_the_forms_of_the_points():
    circles = load(Choice("Circles", {"noise": 0.0, "factor": 0.25}))
    assert torch.allclose(circles["x"].norm(dim=1), torch.where(circles["y"] == 1, 0.25, 1.0), atol=1e-5)
    moons = load(Choice("Moons", {"noise": 0.0}))
    centre = torch.where(moons["y"][:, None] == 0, torch.tensor([0.0, 0.0]), torch.tensor([1.0, 0.5]))
    assert torch.allclose((moons["x"] - centre).norm(dim=1), torch.ones(500), atol=1e-5)
    spirals = load(Choice("Spirals", {"noise": 0.0, "turns": 0.5, "arms": 4, "samples": 200}))
    radius = spirals["x"].norm(dim=1)
    angle = torch.atan2(spirals["x"][:, 1], spirals["x"][:, 0]) / (2 * torch.pi)
    arm = ((angle - 0.5 * radius) * 4).remainder(4)
    difference = (arm - spirals["y"] + 2).remainder(4) - 2
    assert difference.abs().max() < 1e-3


def test_two_arms_are_a_binary_target():
    assert facts(make_project("Spirals", {"arms": 2})).target.kind == "binary"
    assert facts(make_project("Spirals", {"arms": 5})).target.size == 5


def test_the_split_seed_chooses_the_rows():
    first, again, other = (load(Choice("Iris"), split_seed=seed)["validation"] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_facts_of_idx_files_follow_from_the_parameters():
    known = facts(make_project("Idx", {"sizes": (1, 16, 12), "classes": 3, "rows": 50}))
    assert known.input.sizes == (1, 16, 12)
    assert known.target.labels == ("0", "1", "2")
    assert known.given_split


TITANIC = {
    "target": "Survived",
    "classes": ("0", "1"),
    "numbers": ("Age", "Fare"),
    "categories": (("Sex", ("female", "male")), ("Embarked", ("C", "Q", "S", ""))),
    "rows": 891,
}


def test_facts_of_a_table_follow_from_the_parameters():
    known = facts(make_project("Csv", TITANIC))
    assert known.input.sizes == (8,)
    assert known.target.kind == "binary"
    assert known.rows == 891
    assert facts(make_project("Csv", TITANIC | {"classes": ("a", "b", "c")})).target.kind == "class"
    value = facts(make_project("Csv", TITANIC | {"classes": ()})).target
    assert (value.kind, value.size, value.labels) == ("value", 1, ("Survived",))


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"target": ""}, "Choose which column"),
        ({"numbers": (), "categories": ()}, "at least one column"),
        ({"numbers": ("Age", "Survived")}, "`Survived` is the target and a feature"),
        ({"numbers": ("Age", "Sex")}, "`Sex` is listed twice"),
        ({"classes": ("0",)}, "single class"),
        ({"classes": ("0", "0", "1")}, "lists a class twice"),
        ({"numbers": (), "categories": (("Sex", ()),)}, "gives 0 features"),
        ({"decimal": ","}, "both a comma"),
        ({"names": ("a", "a")}, "same name"),
        ({"categories": (("Sex", ("a", "a")),)}, "repeats a value"),
        ({"categories": ("Sex",)}, "must give each column"),
        ({"categories": 3}, "must be a list"),
        ({"rows": -1}, "`rows` must"),
    ],
)
def test_a_table_that_says_too_little_says_what_is_missing(changes, words):
    project = make_project("Csv", TITANIC | changes)
    assert words in source_problem(project)
    assert facts(project) is None
    assert data_type(project) is None


def test_problems_of_the_choice_itself():
    assert "No data is chosen" in source_problem(Project())
    assert "`Nothing` is not known" in source_problem(make_project("Nothing"))
    assert "validation" in source_problem(make_project("Iris", validation=1.0))
    assert "seed" in source_problem(make_project("Iris", split_seed=-1))
    assert source_problem(make_project("Iris")) is None
    assert facts(Project()) is None
    assert facts(make_project("Nothing")) is None


def test_a_missing_path_is_no_problem_of_the_design():
    project = make_project("Idx")
    assert source_problem(project) is None
    assert missing_path(project).startswith("No folder is chosen. Choose the folder with train-images")
    assert missing_path(make_project("Csv", TITANIC)) == "No file is chosen. Choose the file."
    assert missing_path(make_project("Idx", {"path": "/somewhere"})) is None
    assert missing_path(make_project("Iris")) is None
    assert missing_path(Project()) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**12) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=8,
)


@settings(max_examples=200)
@given(
    kind=st.sampled_from([*sources, "Unknown"]),
    data=st.data(),
    validation=st.floats() | st.integers(-1, 2),
    seed=st.integers(-2, 2**40),
)
def test_facts_never_raise(kind, data, validation, seed):
    names = [parameter.name for parameter in sources[kind].parameters] if kind in sources else []
    parameters = data.draw(st.dictionaries(st.sampled_from([*names, "stray"]), values, max_size=4))
    project = make_project(kind, parameters, validation=validation, split_seed=seed)
    problem = source_problem(project)
    assert problem is None or problem.endswith(".")
    assert problem is not None or facts(project) is not None
    missing_path(project)
    assert data_type(project) is None or facts(project) is not None


def test_new_rows_are_read_without_the_target(tmp_path):
    path, new = tmp_path / "table.csv", tmp_path / "new.csv"
    path.write_text(
        "Age,Fare,Sex,Embarked,Survived\n" + "20,1,male,C,1\n30,2,female,,0\n40,9,male,S,1\n50,,female,Q,0\n"
    )
    new.write_text("Fare,Sex,Embarked,Age\n" + "9,male,S,40\n1,male,C,20\n")
    loaded = load(Choice("Csv", TITANIC), path)
    found = predict(Choice("Csv", TITANIC), new, {name: loaded[name] for name in ("columns",)})
    assert torch.equal(found["x"], loaded["x"][[2, 0]])
    assert found["rows"]["Age"].tolist() == [40, 20]
