"""The fields of a row: each feature column with what was seen of it in training, and the row that they make."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
import torch

from designer.catalogue import registry
from designer.catalogue.facts import facts
from designer.catalogue.parameters import Values, resolve
from designer.document.wording import show_name
from designer.engine.bundle import parts_of
from designer.engine.evaluation.record import EvaluationError
from designer.engine.trying.bench import Bench, Sample

MOST = 300  # fields that a form has; what is beyond them stays as it is in the middle of the data
MOST_CHOICES = 500  # different texts of a column that are looked at for the most frequent one
BUNDLED: Mapping[str, str] = {  # sources whose features scikit-learn names
    "Iris": "load_iris",
    "Wine": "load_wine",
    "BreastCancer": "load_breast_cancer",
    "Diabetes": "load_diabetes",
}

FieldKind = Literal["number", "category", "date"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `usual` is its middle or most frequent value, None where a missing one is.

    Of numbers `low` and `high` are the ends of what was seen in training (not a number where that is not known), `whole`
    says that all were whole. `choices` are the values of a category, `form` the format of a date.
    """

    name: str
    kind: FieldKind
    usual: Any = None
    low: float = math.nan
    high: float = math.nan
    whole: bool = False
    choices: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RowForm:
    """The fields of a network's rows. A table has columns, else a row is plain numbers.

    `rest` are the columns behind them that nobody fills in: each has its usual value.
    """

    fields: tuple[Field, ...]
    is_table: bool
    rest: tuple[Field, ...] = ()

    @property
    def left_out(self) -> int:
        """How many columns are without a field in the form."""
        return len(self.rest)


def find_rows(bench: Bench) -> RowForm | None:
    """Return the fields of a row, None where samples are none, or the network answers none."""
    known, source = facts(bench.plan.project), bench.plan.project.data.source
    if known is None or source is None or bench.answerer is None or known.inputs > 1:
        return None
    if source.kind == "Csv":
        values = resolve(registry.sources["Csv"].parameters, source.parameters)[0]
        fields = _list_columns(bench, values)
        return _make_form(fields, is_table=True)
    spread = bench.stock.spread if bench.stock is not None else None
    if spread is None or known.input.dtype != "float" or len(known.input.sizes) != 1:
        return None
    low, middle, high = _decode(bench, spread)
    names = _name_features(source.kind, len(middle))
    triples = np.stack([middle, low, high], 1).tolist()
    found = [Field(name, "number", *three) for name, three in zip(names, triples, strict=True)]
    return _make_form(found, is_table=False)


def _make_form(fields: Sequence[Field], *, is_table: bool) -> RowForm:
    return RowForm(tuple(fields[:MOST]), is_table, tuple(fields[MOST:]))


def encode_row(bench: Bench, form: RowForm, row: Mapping[str, Any]) -> Sample:
    """Return the values of a row by the names of its columns as a sample; None is a missing one. Raises EvaluationError."""
    row = {**row, **{field.name: field.usual for field in form.rest}}
    if form.is_table:
        table = pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in row.items()})
        for field in (*form.fields, *form.rest):
            if field.kind == "date":
                _demand_date(field, row.get(field.name))
            elif field.kind == "number":
                table[field.name] = pd.to_numeric(table[field.name], errors="coerce")
        with bench.lock:
            found = bench.encode(table)
        return Sample(found.x, row)
    empty = next((name for name, value in row.items() if value is None), None)
    if empty is not None:
        raise EvaluationError(f"{show_name(empty)} is empty. Fill in a number.")
    with bench.lock:
        found = bench.encode(torch.tensor([list(row.values())], dtype=torch.float32))
    return Sample(found.x, row)


def read_row(bench: Bench, form: RowForm, number: int) -> dict[str, Any]:
    """Return the values of a sample held out, by the names of the fields; None for a missing one."""
    stock = bench.stock
    if stock is None:
        return {}
    if not form.is_table:
        x = parts_of(stock.x)[0][number : number + 1].double().numpy()
        return dict(zip([field.name for field in form.fields], _decode(bench, x)[0].tolist(), strict=False))
    table = stock.names.get("table")
    if table is None or not stock.known:
        return {}
    row = table.iloc[int(stock.rows[number])]
    return {field.name: _read(field, row.get(field.name)) for field in form.fields}


def _read(field: Field, value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NaT or value is pd.NA:
        return None
    if field.kind == "number":
        number = float(pd.to_numeric(value, errors="coerce"))
        return None if math.isnan(number) else number
    if field.kind == "date" and isinstance(value, datetime):
        return value.strftime(field.form)
    return str(value)


def _demand_date(field: Field, value: Any) -> None:
    try:
        if value is not None:
            datetime.strptime(str(value), field.form)
    except ValueError:
        text = f"{show_name(field.name)}: {show_name(str(value), 60)} is no date as {_show_form(field.form)}."
        raise EvaluationError(text) from None


def _show_form(form: str) -> str:
    """Return the format of a date by an example."""
    return datetime(2024, 12, 31, 17, 45).strftime(form)


def _list_columns(bench: Bench, values: Values) -> tuple[Field, ...]:
    """Return the feature columns of a table in its order."""
    names = bench.stock.names if bench.stock is not None else {}
    table = names.get("table")
    known = table.iloc[_take_rows(bench)] if table is not None else names.get("sample")  # of a table that is too large
    if not hasattr(known, "iloc"):
        known = None
    fields = [
        *(_describe_number(bench, name, known) for name in values["numbers"]),
        *(_describe_category(name, levels, known) for name, levels in values["categories"]),
        *(_describe_date(name, form, known) for name, form, _ in values["dates"]),
    ]
    order = {name: place for place, name in enumerate(table.columns)} if table is not None else {}
    return tuple(sorted(fields, key=lambda field: order.get(field.name, 0)))


def _take_rows(bench: Bench) -> Any:
    """Return the rows that were learned from, as pandas takes them."""
    assert bench.stock is not None
    rows = bench.stock.names["train"]
    return rows.numpy() if isinstance(rows, torch.Tensor) else rows


def _describe_number(bench: Bench, name: str, known: Any) -> Field:
    if known is None:
        assert bench.answerer is not None
        fitted = bench.answerer.kept.get("columns", {}).get(name, {})
        middle = float(fitted.get("fill", 0.0))
        return Field(name, "number", math.expm1(middle) if fitted.get("log") and middle > 0 else middle)
    numbers = pd.to_numeric(known[name], errors="coerce").to_numpy(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return Field(name, "number")
    whole = bool((numbers == np.rint(numbers)).all())
    middle = float(np.median(numbers))
    return Field(name, "number", float(round(middle)) if whole else middle, float(numbers.min()), float(numbers.max()), whole)  # fmt: skip


def _describe_category(name: str, levels: tuple[str, ...], known: Any) -> Field:
    choices = tuple(str(level) for level in levels)
    usual = choices[0] if choices else None
    if known is not None:
        common = known[name].value_counts().index
        usual = str(common[0]) if len(common) else usual
    return Field(name, "category", usual, choices=tuple(choice for choice in choices if choice))


def _describe_date(name: str, form: str, known: Any) -> Field:
    if known is None:
        return Field(name, "date", _show_form(form), form=form)
    moments = pd.to_datetime(known[name].astype(object), format=form, errors="coerce").dropna().sort_values()
    usual = moments.iloc[len(moments) // 2].strftime(form) if len(moments) else None
    return Field(name, "date", usual, form=form)


def _decode(bench: Bench, x: np.ndarray) -> np.ndarray:
    """Return rows as a reader would give them: what is taken off and divided by, the answers to 0 and 1 tell."""
    assert bench.answerer is not None
    zero, one = (bench.encode(torch.full((1, x.shape[1]), float(number))).x for number in (0, 1))
    shift, slope = parts_of(zero)[0].double().numpy(), (parts_of(one)[0] - parts_of(zero)[0]).double().numpy()
    raw = np.divide(x - shift, slope, out=np.zeros_like(x, np.float64), where=slope != 0)
    return np.array([float(f"{number:.6g}") for number in raw.ravel()]).reshape(x.shape)  # of what float32 holds


def _name_features(kind: str, count: int) -> list[str]:
    if kind in BUNDLED:
        from sklearn import datasets

        return [str(name) for name in getattr(datasets, BUNDLED[kind])().feature_names]
    return ["x", "y"] if count == 2 else [f"feature {number}" for number in range(1, count + 1)]
