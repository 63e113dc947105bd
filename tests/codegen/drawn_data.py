"""Random ways to split rows, to weigh classes and to change samples, of those that suit data and loss."""

from hypothesis import strategies as st

from designer.catalogue.augmentation import AUGMENTATIONS, refuse_augmentation
from designer.catalogue.parameters import resolve
from designer.catalogue.registry import losses, objectives, sources
from designer.catalogue.sampling import SAMPLINGS, refuse_sampling
from designer.catalogue.source_spec import Facts
from designer.catalogue.splits import SPLITS, refuse_split
from designer.document.project import Choice, Data


@st.composite
def draw_data(draw: st.DrawFn, source: Choice, known: Facts, loss: Choice, columns: st.SearchStrategy[str]) -> Data:
    """Return a source with what becomes of its rows; `columns` are names that rows of a table may be split by."""
    spec, plain = sources[source.kind], objectives["Supervised"]
    ways = []
    for each in SPLITS:
        given = {"by": draw(st.sampled_from(("row", "class", "group", "time", "alike")))} if each.kind == "Fold" else {}
        if spec.has_columns and any(one.name == "column" for one in each.parameters):
            given["column"] = draw(columns)
        choice = Choice(each.kind, given)
        if refuse_split(Data(source, split=choice), resolve(each.parameters, given)[0], spec, known) is None:
            ways.append(choice)
    of = losses[loss.kind]
    samplings = [each.kind for each in SAMPLINGS if refuse_sampling(each.kind, known, of, plain) is None]
    steps = [each for each in AUGMENTATIONS if refuse_augmentation(each, known, of, plain) is None]
    if loss.parameters.get("ignore_index", -100) != -100:
        steps = [each for each in steps if not each.mixes]
    chosen = draw(st.lists(st.sampled_from(steps), max_size=4)) if steps else []
    return Data(
        source,
        draw(st.sampled_from([0.0, 0.2, 0.25])),
        draw(st.integers(0, 9)),
        split=draw(st.sampled_from(ways)),
        test=draw(st.sampled_from([0.0, 0.0, 0.1])),
        sampling=Choice(draw(st.sampled_from(samplings))),
        augmentation=tuple(Choice(each.kind) for each in chosen),
    )
