"""What the script's own `load_data` makes on its way is found as that very script made it."""

import json

import torch

from designer.catalogue.registry import sources
from designer.codegen.script import render_script
from designer.document.project import Choice
from designer.engine.build import build
from designer.engine.gathering import gather
from designer.recipes.scale import undo_scale
from tests.engine.objective_projects import variational
from tests.engine.plans import make_project

LAYERS = (("Linear", {"out_features": 1}),)
HOUSES = "rooms,town,price\n" + "".join(f"{n % 5 + 2},{'ABC'[n % 3]},{100 * n}\n" for n in range(20))
TABLE = {"target": "price", "numbers": ("rooms",), "categories": (("town", ("A", "B", "C")),)}


def test_the_variables_of_a_table_and_its_parts(tmp_path):
    path = tmp_path / "houses.csv"
    path.write_text(HOUSES)
    script = build(render_script(make_project(Choice("Csv", TABLE), *LAYERS, loss="MSELoss")))
    found = gather(script, path)
    (x, y), (val_x, val_y) = script.load_data(path)
    pairs = zip((x, y, val_x, val_y), (part for pair in found["parts"] for part in pair), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    assert list(found["table"]["town"][:4]) == ["A", "B", "C", "A"]
    assert torch.equal(found["x"][found["train"]], x)
    assert sorted([*found["train"].tolist(), *found["validation"].tolist()]) == list(range(20))
    kept = {name: found[name] for name in sources["Csv"].kept}
    assert json.loads(json.dumps(kept)) == kept
    prices = undo_scale(found["y"], kept["y_scale"])[:, 0]
    assert torch.allclose(prices, 100 * torch.arange(20.0), atol=1e-3)
    assert "gather_data" not in script.names


def test_a_source_without_a_file_and_without_targets():
    script = build(render_script(make_project("Diabetes", *LAYERS, loss="MSELoss")))
    assert set(sources["Diabetes"].kept) <= set(gather(script, None))
    script = build(render_script(variational()))
    found = gather(script, None)
    assert torch.equal(found["parts"][1][1], found["held_out"])
    assert "x_scale" in found
