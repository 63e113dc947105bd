"""Texts of a user's own as samples: to be put into a class as they are typed, or to be continued token by token."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
import torch.nn.functional as F

from designer.catalogue import registry
from designer.catalogue.facts import facts
from designer.catalogue.parameters import resolve
from designer.engine.bundle import parts_of
from designer.engine.evaluation.randomness import OwnRandomness
from designer.engine.evaluation.record import EvaluationError
from designer.engine.trying.bench import Bench, Sample

UNKNOWN = 1  # the number of what a vocabulary lacks
BYTE_PAIR = "byte pair"  # the unit that the package tokenizers cuts, and puts together again
LONGEST_LETTER = 4  # bytes


@dataclass(frozen=True, slots=True)
class TextForm:
    """What texts a classifier wants: so many tokens of a unit, in the column of a table where they come from one."""

    unit: str
    length: int
    column: str = ""


@dataclass(frozen=True, slots=True)
class LanguageForm:
    """What a language model wants: a window of tokens, of a unit. `tokens` are all there are, `characters` their alphabet."""

    unit: str
    length: int
    tokens: tuple[str, ...]
    characters: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tokens a text has, how many of them the network knows nothing of, and how many it gets at most."""

    tokens: int
    unknown: int
    most: int


def find_texts(bench: Bench) -> TextForm | LanguageForm | None:
    """Return what texts a network wants, None where it takes none, or answers none."""
    known, source = facts(bench.plan.project), bench.plan.project.data.source
    if known is None or source is None or bench.answerer is None or known.inputs > 1:
        return None
    values = resolve(registry.sources[source.kind].parameters, source.parameters)[0]
    length = known.input.sizes[0] if known.input.sizes else 0
    if source.kind == "Texts":
        return TextForm(str(values["unit"]), length, str(values["text"]))
    if source.kind == "Characters":
        return LanguageForm("character", length, tuple(values["vocabulary"]), str(values["vocabulary"]))
    if source.kind == "Language":
        return LanguageForm(str(values["unit"]), length, tuple(bench.answerer.kept["vocabulary"]["tokens"]))
    return None


def encode_text(bench: Bench, form: TextForm, text: str) -> Sample:
    """Return a text as a sample. Raises EvaluationError."""
    given = pd.DataFrame({form.column: [text]}) if form.column else [text]
    with bench.lock:
        return Sample(bench.encode(given).x, text)


def count_tokens(bench: Bench, form: TextForm | LanguageForm, text: str) -> Counted:
    """Return how a text is cut, as the lines of predict.py do it. Raises EvaluationError."""
    numbers = number_text(bench, form, text)
    unknown = 0 if isinstance(form, LanguageForm) and form.characters else numbers.count(UNKNOWN)
    return Counted(len(numbers), unknown, form.length)


def number_text(bench: Bench, form: TextForm | LanguageForm, text: str) -> list[int]:
    """Return the tokens of a text as numbers. Raises EvaluationError."""
    assert bench.answerer is not None
    names, kept = bench.answerer.names, bench.answerer.kept
    try:
        if isinstance(form, TextForm):
            cut = names["number_pairs" if form.unit == BYTE_PAIR else "number_texts"]
            return [int(number) for number in cut([text], kept["vocabulary"])[0]]
        if form.characters:
            return [int(number) for number in names["number_characters"](text, form.characters)]
        encode = names["encode_text" if form.unit == BYTE_PAIR else "encode_language"]
        return [int(number) for number in encode(text, kept["vocabulary"])]
    except ValueError as error:
        raise EvaluationError(f"{error} Leave it out: the network has never seen it.") from None


def encode_start(bench: Bench, form: LanguageForm, text: str) -> Sample:
    """Return the last window of a text, filled up behind where it is shorter, as a sample. Raises EvaluationError."""
    numbers = number_text(bench, form, text)[-form.length :]
    x = torch.tensor([numbers or [0]])
    return Sample(F.pad(x, (0, form.length - x.shape[1])), text, known=x.shape[1])


def continue_text(bench: Bench, form: LanguageForm, text: str, temperature: float, seed: int) -> Iterator[str]:
    """Yield token after token of what a network writes behind a text, without end. Raises EvaluationError.

    Each is drawn from what the network expects, divided by the temperature; at 0 it is the likeliest. The same seed gives
    the same text.
    """
    numbers = number_text(bench, form, text) or [0 if form.characters else UNKNOWN]
    pending: list[int] = []
    randomness = OwnRandomness(seed)
    while True:
        window = torch.tensor([numbers[-form.length :]])
        known = window.shape[1]
        # What stands after the place in question is not looked at.
        chances = _expect(bench, form, F.pad(window, (0, form.length - known)), known, temperature)
        with randomness:
            number = int(torch.multinomial(chances, 1)) if temperature > 0 else int(chances.argmax())
        numbers.append(number)
        pending.append(number)
        written = spell(bench, form, pending)
        is_begun = written.endswith("\ufffd") and len(pending) < LONGEST_LETTER  # a letter of which bytes are to come
        yield "" if is_begun else written
        if not is_begun:
            pending.clear()


def spell(bench: Bench, form: LanguageForm, numbers: Sequence[int]) -> str:
    """Return the text that tokens stand for."""
    if form.unit == BYTE_PAIR:
        from designer.recipes.byte_pairs import spell_pairs

        assert bench.answerer is not None
        return spell_pairs(numbers, _open(bench.answerer.kept["vocabulary"]["tokenizer"]))
    glue = "" if form.characters or any(" " in token for token in form.tokens[2:]) else " "
    return glue.join(form.tokens[number] for number in numbers)


def _expect(
    bench: Bench, form: LanguageForm, window: torch.Tensor, known: int, temperature: float = 1.0
) -> torch.Tensor:
    """Return the chances of what follows the first `known` tokens of a window 1 x length."""
    with bench.lock, OwnRandomness(bench.plan.seed), torch.no_grad():
        outputs = parts_of(bench.model(window.to(bench.device)))[0]
    scores = outputs[0, known - 1, : len(form.tokens)].double().cpu()
    return (scores / temperature if temperature > 0 else scores).softmax(0)


@functools.lru_cache(1)
def _open(tokenizer: str) -> Any:
    from designer.recipes.byte_pairs import open_tokenizer

    return open_tokenizer({"tokenizer": tokenizer})
