"""Problems of the data: none chosen, none left to train on, or of another shape than the network takes."""

from collections.abc import Iterator

from designer.catalogue.check import fixes
from designer.catalogue.check.problem import Problem
from designer.catalogue.check.study import Study
from designer.catalogue.facts import missing_path, source_problem


def find_missing_data(study: Study) -> Iterator[Problem]:
    """Yield that no data is chosen, or not well enough to be read."""
    if complaint := source_problem(study.project):
        yield Problem("error", None, complaint)
    elif complaint := missing_path(study.project):
        yield Problem("warning", None, complaint)


def find_other_shape(study: Study) -> Iterator[Problem]:
    """Yield an Input whose typed shape is not that of the data."""
    if study.facts is None:
        return
    given = study.facts.input
    for key in study.inputs:
        known = study.inference.nodes[key]
        if known.outputs is None or known.outputs[0] == given:
            continue
        typed = known.outputs[0]
        if typed.sizes != given.sizes:
            message = f"{known.subject} is set to {typed}, but a sample of the data is {given}. Let it follow the data."
        else:
            message = (
                f"{known.subject} is set to dtype {typed.dtype}, but the data is {given.dtype}. Let it follow the data."
            )
        yield Problem("error", key, message, (fixes.reset(key, ["shape", "dtype"], "Follow the data"),))


def find_small_vocabulary(study: Study) -> Iterator[Problem]:
    """Yield an Embedding that has no vector for some of the numbers in the samples."""
    size = study.facts.vocabulary if study.facts is not None else 0
    if not size:
        return
    for key in study.inputs:
        for edge in study.graph.outgoing.get(key, ()):
            known = study.inference.nodes[edge.target]
            if known.node.kind not in ("Embedding", "EmbeddingBag") or known.values["num_embeddings"] >= size:
                continue
            message = f"{known.subject} has {known.values['num_embeddings']:,} vectors, but samples hold numbers up to {size - 1:,}."
            fix = fixes.set_parameters(edge.target, {"num_embeddings": size})
            yield Problem("error", edge.target, f"{message} Set `num_embeddings` to {size:,}.", (fix,))


def find_unembedded(study: Study) -> Iterator[Problem]:
    """Yield an Input whose numbers of categories no layer looks up, and such a layer that is made for others."""
    counts = study.facts.embedded if study.facts is not None else ()
    for key in study.inputs if counts else ():
        for edge in study.graph.outgoing.get(key, ()):
            known = study.inference.nodes[edge.target]
            if known.node.kind == "EmbedColumns":
                if known.values["categories"] != counts:
                    wanted = ", ".join(map(str, counts))
                    message = f"{known.subject} is made for other columns than those of the data."
                    fix = fixes.set_parameters(edge.target, {"categories": counts})
                    yield Problem("error", edge.target, f"{message} Set `categories` to {wanted}.", (fix,))
            elif known.node.kind != "Output":
                message = f"{known.subject} takes the numbers of categories for amounts: the last of the features are to be embedded."
                fix = fixes.insert([edge], ("EmbedColumns", {"categories": counts}))
                yield Problem("warning", edge.target, f"{message} Put EmbedColumns before it.", (fix,))
