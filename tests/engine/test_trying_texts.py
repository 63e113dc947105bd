"""Texts cut into byte pairs are typed, counted and continued as text, whatever its letters."""

import itertools

from designer.data import look, look_again
from designer.document.project import Choice
from designer.engine.evaluation.opening import open_plan, open_weights
from designer.engine.loop import train
from designer.engine.plan import Plan
from designer.engine.trying.bench import open_bench
from designer.engine.trying.texts import continue_text, count_tokens, encode_text, find_texts, spell
from tests.engine.plans import make_project

WORDS = " käse 火 brot"  # each word follows the one before it: what comes next is always known


def open_run(source: Choice, layers, folder, **training):
    """Train a run, and open its network."""
    project = make_project(source, *layers, optimizer=Choice("Adam", {"lr": 0.1}), **training)
    list(train(Plan.from_project(project, out=folder)))
    return open_bench(open_plan(folder), open_weights(folder, "best"), folder)


def test_a_text_in_byte_pairs_is_continued(single_thread, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(WORDS * 25, "utf-8")
    source = look_again(Choice("Language", {"length": 6}), path).source
    size = 280
    source = Choice("Language", {**source.parameters, "vocabulary": size})
    layers = (("Embedding", {"num_embeddings": size, "embedding_dim": 8}), ("Linear", {"out_features": size}))
    bench = open_run(source, layers, tmp_path / "run", epochs=6, batch_size=4)
    form = find_texts(bench)
    written = "".join(itertools.islice(continue_text(bench, form, WORDS, 0.0, 1), 12))
    assert len(written) >= 12
    assert (WORDS * 9).startswith(written)
    sample = bench.take(0)
    assert spell(bench, form, sample.x[0].tolist()) in WORDS * 25
    assert count_tokens(bench, form, "Ωß").unknown == 0


def test_a_text_in_byte_pairs_is_put_into_a_class(single_thread, tmp_path):
    path = tmp_path / "texts.csv"
    lines = [f"a word of {word} number {n} and on,{word}" for n in range(30) for word in ("cat", "dog")]
    path.write_text("\n".join(["text,label", *lines]), "utf-8")
    source = Choice("Texts", {**look(path).source.parameters, "unit": "byte pair", "length": 12})
    layers = (("EmbeddingBag", {"num_embeddings": 2_300, "embedding_dim": 4}), ("Linear", {"out_features": 1}))
    bench = open_run(source, layers, tmp_path / "run", loss="BCEWithLogitsLoss", epochs=8)
    form = find_texts(bench)
    assert count_tokens(bench, form, "a word of dog").tokens < len("a word of dog")
    reply = bench.ask(encode_text(bench, form, "a word of dog number 3 and on"))
    assert reply.answers[0].best == "dog"
