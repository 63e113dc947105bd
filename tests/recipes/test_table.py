"""The CSV reader of generated scripts: what it fits, it fits on the training rows alone."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.recipes.reading import read_table
from designer.recipes.table import encode_classes, encode_values, fit_columns
from designer.recipes.table import encode_columns as encode_rows

TEXT = """\
age,sex,port,fare,survived
20,male,S,10,no
,female,C,20,yes
40,female,,30,yes
60,male,Q,?,no
80,other,S,1e3,no
"""
ROWS = [line.split(",") for line in TEXT.splitlines()[1:]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def encode_columns(table, train, *choice, **changes):
    return encode_rows(table, fit_columns(table, train, *choice, **changes))


def read(path, **changes):
    return read_table(path, **{"target": "survived", "texts": ("survived", "sex", "port")} | changes)


def test_numbers_are_filled_and_scaled_on_the_training_rows(path):
    train = torch.tensor([0, 1, 2])
    x = encode_columns(read(path), train, numbers=("age", "fare"))
    age, fare = np.array([20, 30, 40, 60, 80]), np.array([10, 20, 30, 20, 1000])
    for column, values in ((0, age), (1, fare)):
        known = values[:3]
        assert np.allclose(x[:, column].numpy(), (values - known.mean()) / known.std())
    assert encode_columns(read(path), train, numbers=("age",), standardize=False)[:, 0].tolist() == age.tolist()


def test_texts_become_one_column_for_each_value(path):
    categories = (("sex", ("female", "male")), ("port", ("C", "S", "")))
    x = encode_columns(read(path), torch.arange(3), categories=categories)
    assert x.tolist() == [
        [0, 1, 0, 1, 0],
        [1, 0, 1, 0, 0],
        [1, 0, 0, 0, 1],
        [0, 1, 0, 0, 0],  # Q is not listed
        [0, 0, 0, 1, 0],  # nor is other
    ]


def test_new_rows_are_encoded_as_the_training_rows_were(path, tmp_path):
    table, train = read(path), torch.arange(3)
    columns = fit_columns(table, train, ("age", "fare"), (("sex", ("female", "male")), ("port", ("C", "S", ""))))
    x = encode_rows(table, columns)
    new = tmp_path / "new.csv"
    new.write_text("port,fare,sex,age\n" + "".join(f"{row[2]},{row[3]},{row[1]},{row[0]}\n" for row in ROWS))
    rows = read_table(new, texts=("sex", "port"))
    assert torch.equal(encode_rows(rows, json.loads(json.dumps(columns))), x)
    assert encode_rows(rows[:0], columns).shape == (0, 7)


def test_numbers_come_first_then_texts(path):
    x = encode_columns(read(path), torch.arange(5), ("age",), (("sex", ("male",)),), standardize=False)
    assert x.tolist() == [[20, 1], [50, 0], [40, 0], [60, 1], [80, 0]]


def test_a_column_without_numbers_in_the_training_rows_is_0(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n,1\n,2\n7,3\n", encoding="utf-8")
    x = encode_columns(read_table(path, "b"), torch.tensor([0, 1]), numbers=("a",))
    assert x.tolist() == [[0], [0], [7]]


def test_a_constant_column_is_only_centred(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n0.1,1\n0.1,2\n0.1,2\n3.1,3\n", encoding="utf-8")
    x = encode_columns(read_table(path, "b"), torch.tensor([0, 1, 2]), numbers=("a",))
    assert torch.allclose(x, torch.tensor([[0.0], [0.0], [0.0], [3.0]]), atol=1e-6)


def test_an_infinite_number_counts_as_missing(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,1\n3,2\ninf,2\n", encoding="utf-8")
    x = encode_columns(read_table(path, "b"), torch.arange(3), numbers=("a",), standardize=False)
    assert x.tolist() == [[1], [3], [2]]


def test_classes_are_places_among_the_labels(path):
    assert encode_classes(read(path), "survived", ("no", "yes")).tolist() == [0, 1, 1, 0, 0]
    y = encode_values(read(path, target="age", texts=()), ("age",))
    assert y.tolist() == [[20], [40], [60], [80]]
    assert y.dtype == torch.float32


def test_classes_that_look_like_numbers_stay_as_they_are_written(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,01\n2,1\n3,01\n", encoding="utf-8")
    assert encode_classes(read_table(path, "b", texts=("b",)), "b", ("01", "1")).tolist() == [0, 1, 0]


def test_rows_without_target_are_left_out(path):
    table = read(path, target="port")
    assert len(table) == 4
    assert list(table.index) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "text, form",
    [
        ("a;b\n1,5;x\n2,5;y\n", {"separator": ";", "decimal": ","}),
        ("a\tb\n1.5\tx\n2.5\ty\n", {"separator": "\t"}),
        ("  a  b\n 1.5   x\n2.5 y\n", {"separator": " "}),
        ("1.5,x\r\n2.5,y", {"names": ("a", "b")}),
        ('"a", "b"\n1.5, "x"\n2.5, "y"\n', {}),
        ('a\tb\n1.5\t"x\n2.5\ty\n', {"separator": "\t", "quotes": False}),
        ("\ufeffa,b\n1.5,x\n2.5,y\n", {}),
        ("a|b\n1.5|x\n\n2.5|y\n\n", {"separator": "|"}),
    ],
)
def test_reads_every_form(tmp_path, text, form):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode())
    table = read_table(path, "b", texts=("b",), **form)
    assert table["a"].tolist() == [1.5, 2.5]
    assert [value.strip('"') for value in table["b"]] == ["x", "y"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "latin-1"])
def test_reads_every_encoding(tmp_path, encoding):
    path = tmp_path / "table.csv"
    path.write_bytes("größe,b\n1,ä\n2,é\n".encode(encoding))
    table = read_table(path, "b", texts=("b",), encoding=encoding)
    assert list(table.columns) == ["größe", "b"]
    assert table["b"].tolist() == ["ä", "é"]


def expect(words):
    return pytest.raises(ValueError, match=re.escape(words))


def test_what_cannot_be_used_gives_one_sentence(path, tmp_path):
    with expect("cannot be read"):
        read(tmp_path / "nothing.csv")
    with expect("has no column 'income'"):
        read(path, target="income")
    with expect("The table has no column 'income'."):
        encode_columns(read(path), torch.arange(5), numbers=("age", "income"))
    with expect("Column 'sex' has 'male' where a number should be."):
        encode_columns(read(path), torch.arange(5), numbers=("sex",))
    with expect("Column 'sex' has the label 'other', which is none of female, male."):
        encode_classes(read(path), "sex", ("female", "male"))
    with expect("Column 'sex' has 'male' where a number should be."):
        encode_values(read(path, target="sex"), ("sex",))
    path.write_bytes(b"a,b\n1,2\n1,2,3\n")
    with expect("cannot be read"):
        read_table(path, "b")
    path.write_bytes(b"\xff\xfe\xfd")
    with expect("cannot be read"):
        read_table(path, "b")
