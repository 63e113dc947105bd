"""Every way to split rows, with and without a test part, gives the script and the engine the same rows."""

from dataclasses import replace
from pathlib import Path

import pytest

from designer.data import inspect_csv
from designer.document.edits import set_data
from designer.document.project import Choice, Data
from designer.engine.build import build
from designer.engine.gathering import gather
from designer.engine.parting import find_parts
from designer.engine.plan import Plan
from tests.engine.plans import make_project
from tests.engine.script_runner import verify_all

ROWS = 60
TABLE = Choice(
    "Csv",
    {"target": "kind", "classes": ("a", "b", "c"), "numbers": ("one", "two"), "rows": ROWS},
)
SPLITS = {
    "random": Choice("Random"),
    "stratified": Choice("Stratified"),
    "group": Choice("Group", {"column": "who"}),
    "alike": Choice("Alike"),
    "time": Choice("Time", {"column": "day"}),
    "order": Choice("Time"),
    "given": Choice("Given", {"column": "part"}),
    "fold": Choice("Fold", {"folds": 3, "fold": 2}),
    "fold of classes": Choice("Fold", {"folds": 3, "fold": 3, "by": "class"}),
    "fold of groups": Choice("Fold", {"folds": 3, "fold": 1, "by": "group", "column": "who"}),
    "fold in time": Choice("Fold", {"folds": 3, "fold": 1, "by": "time", "column": "day"}),
}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write a table whose columns say everything."""
    lines = ["one,two,kind,who,day,part"]
    for row in range(ROWS):
        part = ("train", "train", "val", "test")[row % 4]
        day = f"2024-{1 + row * 7 % 12:02}-{1 + row % 28:02}"
        lines.append(f"{row},{row * row % 17},{'abc'[row * row % 3]},p{row // 5},{day},{part}")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines))
    return path


def test_every_split_is_the_same_in_the_script(table, tmp_path):
    project = make_project(TABLE, ("Linear", {"out_features": 3}), epochs=1, batch_size=16)
    data = Data(TABLE, split_seed=3)
    plans = {
        f"{name}, test {test}": Plan.from_project(
            set_data(project, replace(data, split=split, test=test)), data_path=table
        )
        for name, split in SPLITS.items()
        for test in (0.0, 0.15)
    }
    frame = inspect_csv(table).frame
    for name, plan in plans.items():
        parts = build(plan.source).load_data(table)
        names, told = gather(build(plan.source), table), find_parts(plan.project.data, frame)
        for part, rows in enumerate(("train", "validation", "test")[: len(parts)]):
            assert sorted(names[rows].tolist()) == (told == part).nonzero()[0].tolist()
        assert len(parts) == (2 if name.endswith("0.0") else 3)
        assert all(len(x) == len(y) > 0 for x, y in parts)
        assert ('f"test: loss' in plan.source.text) is (len(parts) == 3)
    failed = {name: why for name, why in verify_all(plans, tmp_path / "all").items() if why}
    assert not failed


def test_rows_are_told_their_part_where_a_table_is_read_in_pieces(table):
    frame = inspect_csv(table).frame
    large = replace(TABLE, parameters={**TABLE.parameters, "path": str(table), "every": 2})
    for name in ("random", "group", "alike", "time", "fold of classes"):
        project = make_project(large, ("Linear", {"out_features": 3}))
        project = set_data(project, replace(project.data, split=SPLITS[name], test=0.1))
        parts = find_parts(project.data, frame)
        script = build(Plan.from_project(project, data_path=table).source)
        for part, (x, _) in enumerate(script.load_data(table)):
            rows = (parts == part).nonzero()[0]
            assert len(x) == len(rows)
            mean, deviation = frame["one"][parts == 0].mean(), frame["one"][parts == 0].std(ddof=0)
            assert sorted((x[:, 0] * deviation + mean).round().int().tolist()) == frame["one"][rows].tolist()
        assert (parts[1::2] == -1).all()


SERIES = Choice("MackeyGlass", {"samples": 80, "length": 4, "horizon": 3})
OTHERS = {
    "series": (SERIES, Choice("Random"), ("Flatten", {}), ("Linear", {"out_features": 3})),
    "series, fold": (SERIES, Choice("Fold", {"folds": 3, "fold": 2}), ("Flatten", {}), ("Linear", {"out_features": 3})),
    "toy": (Choice("Moons", {"samples": 40}), Choice("Stratified"), ("Linear", {"out_features": 1})),
    "equal samples": (Choice("Xor", {"noise": 0.1}), Choice("Alike"), ("Linear", {"out_features": 2})),
    "gate": (Choice("Xor"), Choice("Random"), ("Linear", {"out_features": 1})),
    "stand-in": (
        Choice("RandomSamples", {"shape": (3,), "outputs": 3}),
        Choice("Random"),
        ("Linear", {"out_features": 3}),
    ),
}


def test_every_family_of_sources_keeps_rows_for_a_test(tmp_path):
    plans = {}
    for name, (source, split, *layers) in OTHERS.items():
        loss = (
            "MSELoss"
            if name.startswith("series")
            else "BCEWithLogitsLoss"
            if name in ("toy", "gate")
            else "CrossEntropyLoss"
        )
        project = make_project(source, *layers, epochs=1, batch_size=16, loss=loss)
        plans[name] = Plan.from_project(set_data(project, replace(project.data, split=split, test=0.25)))
    for plan in plans.values():
        assert len(build(plan.source).load_data(None)) == 3
    assert not {name: why for name, why in verify_all(plans, tmp_path / "all").items() if why}
