"""Samples in a plane by what a layer gives for them, or the vectors that an Embedding has learned: PCA or t-SNE."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from designer.catalogue.facts import facts
from designer.codegen.source import Source
from designer.document.project import Project
from designer.engine.bundle import Bundle, apply, count_rows, move_rows, split_rows, take_rows
from designer.engine.evaluation.evaluating import Held, Weights, use_threads
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.record import Part
from designer.engine.evaluation.resampling import Cancelled, Report, go_on
from designer.engine.explaining.columns import list_columns
from designer.engine.explaining.explaining import untouched
from designer.engine.explaining.network import Network, open_network
from designer.engine.explaining.places import View, list_views
from designer.engine.explaining.record import Array, ExplainError, Floats, Plane
from designer.engine.plan import Plan

MOST_SAMPLES, MOST_VECTORS = 2000, 3000
WIDEST = 4096  # numbers of a layer's output beyond which maps are averaged over their places
FIRST_AXES = 50  # that t-SNE starts from
PERPLEXITY = 30.0
STAGES = 4  # of t-SNE, of 250 steps each: between them one can stop it
DISTINCT = 1e-12


def lay_out_plane(
    plan: Plan,
    weights: Weights,
    held: Held,
    part: Part = "validation",
    view: str = "",
    method: str = "pca",
    *,
    device: str = "",
    alone: bool = True,
    report: Report = go_on,
) -> Plane:
    """Return samples of a part, or vectors, as points; the seed of the plan draws. Raises ExplainError, Cancelled."""
    began = time.perf_counter()
    views = list_views(plan.project)
    chosen = next((each for each in views if each.key == view), views[0] if views else None)
    if chosen is None or part not in held.parts:
        raise ExplainError(
            "This network has no layer whose outputs could be shown."
            if not views
            else "There is no such part of the data."
        )
    with use_threads(plan.source.threads if alone else 0), OwnRandomness(plan.seed):
        network = open_network(plan, weights, held, device)
        module = _find(network, plan.source, chosen)
        with untouched(network.model), torch.no_grad():
            if chosen.what == "weights":
                values, places, names, notes = _take_vectors(network, module)
            else:
                x = held.parts[part][0]
                places = _choose(count_rows(x), plan.seed)
                values, notes = _take_outputs(network, module, chosen, take_rows(x, torch.as_tensor(places)), report)
                names = ()
                if len(places) < count_rows(x):
                    notes.append(f"{len(places):,} of {count_rows(x):,} samples, drawn at random.")
    points, shares = place_points(values, method, plan.seed, report)
    return Plane(
        method, chosen.title, points, places, names, values.shape[1], shares, tuple(notes), time.perf_counter() - began
    )


def place_points(values: Floats, method: str, seed: int, report: Report = go_on) -> tuple[Floats, tuple[float, ...]]:
    """Return N x width values as N x 2 points, and the shares of the variance along the axes where these mean something."""
    if len(values) < 3:
        raise ExplainError("A plane needs three samples or more.")
    if not np.isfinite(values).all():
        raise ExplainError("The outputs of this layer are not all numbers. Choose another layer, or other weights.")
    axes, shares = _find_axes(values, 2 if method == "pca" else FIRST_AXES, seed)
    _ask(report, 0.5 if method == "tsne" else 0.95)
    return (axes, shares) if method == "pca" else (_spread_out(axes, seed, report), ())


def _find_axes(values: Floats, count: int, seed: int) -> tuple[Floats, tuple[float, ...]]:
    from sklearn.decomposition import PCA

    if np.ptp(values, axis=0).max() < DISTINCT:
        return np.zeros((len(values), 2)), (0.0, 0.0)
    count = min(count, *values.shape)
    pca = PCA(count, svd_solver="full" if values.shape[1] <= 500 else "randomized", random_state=seed)
    axes = np.asarray(pca.fit_transform(values), np.float64)
    if count < 2:
        return np.hstack([axes, np.zeros_like(axes)]), (1.0, 0.0)
    return axes, tuple(pca.explained_variance_ratio_[:2].tolist())


def _spread_out(axes: Floats, seed: int, report: Report) -> Floats:
    """Return the points of t-SNE (van der Maaten and Hinton, 2008), that began as PCA has them."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    deviation = axes[:, 0].std()
    points = axes[:, :2] / (deviation or 1.0) * 1e-4
    for stage in range(STAGES):
        method = TSNE(
            perplexity=min(PERPLEXITY, (len(axes) - 1) / 3),
            early_exaggeration=12.0 if stage == 0 else 1.0,
            max_iter=250,
            init=points.astype(np.float32),
            random_state=seed,
        )
        with threadpool_limits(1, user_api="openmp"):  # beside other work more threads wait for one another
            points = np.asarray(method.fit_transform(axes), np.float64)
        _ask(report, 0.5 + 0.5 * (stage + 1) / STAGES)
    return points


def _choose(count: int, seed: int) -> Array:
    """Return the samples that are shown: all, or so many as can be."""
    if count <= MOST_SAMPLES:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, MOST_SAMPLES, replace=False))


def _find(network: Network, source: Source, view: View) -> nn.Module:
    path = source.modules.get(view.node)
    if path is None:
        raise ExplainError(f"{view.name} is no module of its own, so its outputs cannot be read. Choose another layer.")
    return network.model.get_submodule(path)


def _take_outputs(
    network: Network, module: nn.Module, view: View, x: Bundle, report: Report
) -> tuple[Floats, list[str]]:
    """Return what goes into a layer, or comes out of it, for samples: N x width."""
    seen: list[Tensor] = []

    def note(layer: nn.Module, given: tuple[Any, ...], out: Any = None) -> None:
        found = given[0] if view.what == "input" else out[0] if isinstance(out, tuple) else out
        seen.append(found.detach().float())

    handle = module.register_forward_pre_hook(note) if view.what == "input" else module.register_forward_hook(note)
    rows, averaged, done = [], False, 0
    try:
        for batch in split_rows(x, network.script.source.evaluation_batch):
            seen.clear()
            apply(network.model, network.script.arrange(move_rows(batch, network.device)))
            count = count_rows(batch)
            if not seen or seen[-1].ndim < 1 or len(seen[-1]) != count:
                raise ExplainError(f"{view.name} does not give one row for each sample. Choose another layer.")
            flat, averaged = _flatten(seen[-1])
            rows.append(flat.cpu())
            done += count
            _ask(report, 0.5 * done / count_rows(x))
    finally:
        handle.remove()
    notes = ["Maps are averaged over their places."] if averaged else []
    return np.asarray(torch.cat(rows).double().numpy()), notes


def _flatten(outputs: Tensor) -> tuple[Tensor, bool]:
    flat = outputs.flatten(1)
    if flat.shape[1] <= WIDEST:
        return flat, False
    if outputs.ndim > 3:  # N x channels x places
        return outputs.flatten(2).mean(2), True
    return outputs.mean(1), True  # N x places x features


def _take_vectors(network: Network, module: nn.Module) -> tuple[Floats, Array, tuple[str, ...], list[str]]:
    """Return the vectors of an Embedding and what they stand for, the first of very many."""
    tables = [each for each in module.modules() if isinstance(each, nn.Embedding | nn.EmbeddingBag)]
    if not tables:
        raise ExplainError("This layer has no vectors of its own. Choose another.")
    values = torch.cat([table.weight.detach()[:MOST_VECTORS] for table in tables]).double().cpu().numpy()
    groups = _name_vectors(network.project, network.names, [len(table.weight) for table in tables])
    names = tuple(name for group in groups for name in group[:MOST_VECTORS])
    whole = sum(len(table.weight) for table in tables)
    notes = [f"The first {len(values):,} of {whole:,} vectors."] if len(values) < whole else []
    return np.asarray(values), np.arange(len(values)), names, notes


def _name_vectors(project: Project, names: Any, counts: Sequence[int]) -> list[list[str]]:
    """Return what the vectors of each table stand for."""
    vocabulary, known = names.get("vocabulary"), facts(project)
    fitted = names.get("columns")
    coded = [name for name, each in fitted.items() if "codes" in each] if isinstance(fitted, dict) else []
    if len(counts) == len(coded) and list_columns(project, names):
        words = [[f"{name} = {level}" for level in fitted[name]["levels"]] + [f"{name}: unknown"] for name in coded]
    elif isinstance(vocabulary, dict):
        words = [vocabulary["tokens"]] * len(counts)
    elif known is not None and known.target.kind == "tokens":
        words = [list(known.target.labels)] * len(counts)
    else:
        words = [[] for _ in counts]
    return [
        [*each[:count], *(str(number) for number in range(len(each), count))]
        for each, count in zip(words, counts, strict=True)
    ]


def _ask(report: Report, share: float) -> None:
    if not report(share):
        raise Cancelled
