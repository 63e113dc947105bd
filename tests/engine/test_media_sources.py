"""Pictures, texts and arrays go from a look to a trained network; their scripts are tidy and keep what prediction needs."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import designer
from designer import layer
from designer.catalogue.facts import facts
from designer.catalogue.matching import match_loss
from designer.catalogue.registry import sources
from designer.codegen.script import render_script
from designer.data import look
from designer.document.project import Choice, Data, Project
from designer.engine.build import build
from designer.engine.gathering import gather
from tests.catalogue.running_sources import predict
from tests.codegen.ruff_run import demand_style
from tests.picture_files import write_pictures

Layers = tuple[object, ...]
CONVOLUTION: Layers = (layer("Conv2d", out_channels=4, kernel_size=3), "ReLU", "GlobalAvgPool")


def make_pictures(folder: Path) -> tuple[Path, Layers, int]:
    return write_pictures(folder / "colours", size=(8, 8)), CONVOLUTION, 3


def make_measured(folder: Path) -> tuple[Path, Layers, int]:
    """Write pictures with a number each, which is how bright they are."""
    (folder / "grey").mkdir()
    lines = ["file,lux"]
    for number in range(40):
        lux = number * 37 % 40
        Image.fromarray(np.full((8, 8), 100 + 2 * lux, np.uint8)).save(folder / "grey" / f"{number}.png")
        lines.append(f"{number}.png,{lux / 4 + 3}")
    (folder / "grey" / "lux.csv").write_text("\n".join(lines))
    return folder / "grey" / "lux.csv", CONVOLUTION, 1


def make_texts(folder: Path) -> tuple[Path, Layers, int]:
    path = folder / "reviews.tsv"
    words = ("a good film, I liked it well", "a bad film: never see it again")
    path.write_text("".join(f"{words[n % 2]} {n}\t{('good', 'bad')[n % 2]}\n" for n in range(60)), "utf-8")
    return path, (layer("EmbeddingBag", num_embeddings=100, embedding_dim=8),), 1


def make_arrays(folder: Path) -> tuple[Path, Layers, int]:
    labels = np.arange(60) % 2
    values = np.random.default_rng(0).normal(size=(60, 4, 4, 3)) + labels[:, None, None, None]
    np.savez(folder / "data.npz", images=values, labels=labels)
    return folder / "data.npz", ("Flatten",), 1


MAKERS: tuple[Callable[[Path], tuple[Path, Layers, int]], ...] = (make_pictures, make_measured, make_texts, make_arrays)


@pytest.mark.parametrize("make", MAKERS)
def test_from_a_look_to_a_trained_network(tmp_path, make):
    path, layers, outputs = make(tmp_path)
    source = look(path).source
    project = designer.build(
        "net", *layers, layer("Linear", out_features=outputs), data=source, epochs=30, batch_size=8
    )
    project = designer.with_training(project, optimizer=Choice("Adam", {"lr": 0.01}), device="cpu")
    project = match_loss(project)
    source_text = render_script(project)
    demand_style(tmp_path, [source_text.text])
    losses = [epoch.val_loss for epoch in designer.train(project).history]
    assert losses[-1] < 0.5 * losses[0]
    place = Path(str(source.parameters["path"]))
    found = gather(build(source_text), place)
    kept = {name: found[name] for name in sources[source.kind].kept if name in found}
    assert json.loads(json.dumps(kept)) == kept
    later = predict(source, place, kept)
    assert later["x"].shape == found["x"].shape
    assert later["x"].dtype == found["x"].dtype
    assert len(later["rows"]) == len(later["x"])
    assert torch.equal(later["x"].double().sum(0).round(), found["x"].double().sum(0).round())


SHARED = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the data sets are not in {SHARED}")


def train_best(project: Project, rate: float, **training: int) -> float:
    """Return the best accuracy on the validation part."""
    chosen = Choice("Adam", {"lr": rate})
    project = designer.with_training(match_loss(project), optimizer=chosen, device="cpu", seed=1, **training)
    return max(epoch.val_metrics["accuracy"] for epoch in designer.train(project).history)


@needs_data
def test_messages_are_told_from_spam():
    source = look(SHARED / "sms_spam").source
    size = facts(Project(data=Data(source))).vocabulary
    embedding = layer("EmbeddingBag", num_embeddings=size, embedding_dim=32, padding_idx=0)
    project = designer.build(
        "spam", embedding, layer("Linear", out_features=64), "ReLU", layer("Linear", out_features=1), data=source
    )
    assert train_best(project, 0.005, epochs=3, batch_size=32) >= 0.975


@needs_data
def test_hands_are_read():
    source = look(SHARED / "sign_digits").source
    blocks = [
        part
        for channels in (16, 32, 64)
        for part in (layer("Conv2d", out_channels=channels, kernel_size=3), "ReLU", layer("MaxPool2d", kernel_size=2))
    ]
    small = Choice(source.kind, {**source.parameters, "size": 32})
    head = ("Flatten", layer("Dropout", p=0.5), layer("Linear", out_features=10))
    project = designer.build("signs", *blocks, *head, data=small)
    assert train_best(project, 0.001, epochs=12, batch_size=16) >= 0.7
