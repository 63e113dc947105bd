"""Places of an unusual form: closed, changing while they are read, no files at all, workbooks and tables with odd parts."""

import gzip
import os
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from designer.data import DataError, csv_parameters, inspect_csv, look
from designer.document.project import Choice
from tests.catalogue.running_sources import load
from tests.picture_files import write_pictures

ROWS = 60


@pytest.fixture
def nobody():
    """Become somebody who may not read everything, as root may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def demand_closed(path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be (read|opened): Permission denied\."):
        look(path)


def test_no_permission_is_said(tmp_path, request):
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.getuid() and folder.name.startswith("pytest-"):
            folder.chmod(0o755)
    for name in ("mine.csv", "mine.xlsx", "mine.npz", "mine.arff"):
        (tmp_path / name).write_text("a,b\n1,2\n")
        (tmp_path / name).chmod(0)
    (tmp_path / "closed").mkdir(0)
    request.getfixturevalue("nobody")
    for name in ("mine.csv", "mine.xlsx", "mine.npz", "mine.arff", "closed"):
        demand_closed(tmp_path / name)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_what_is_written_to_meanwhile_is_said(tmp_path, share):
    path = tmp_path / "t.csv"
    rows = "u,v,w\n" + "".join(f"{n % 7},{n % 5},{'ab'[n % 2]}\n" for n in range(60_000))
    changes = {
        "was written to while it was read": lambda: os.truncate(path, 999),
        "was written to while it was read. Choose it": lambda: path.write_text("x,y\n" + "5,6\n" * 99),
        "cannot be read: No such file": path.unlink,
    }
    for words, change in changes.items():
        path.write_text(rows)
        waiting = [change]

        def listen(done, waiting=waiting):
            if done >= share and waiting:
                waiting.pop()()
            return True

        with pytest.raises(DataError, match=words):
            look(path, listen)


def test_what_has_changed_between_a_look_and_a_choice_is_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("u,w\n" + "1,a\n2,b\n" * 9)
    table = inspect_csv(path)
    path.write_text("x,y\n1,2\n")
    with pytest.raises(DataError, match="has other columns than before"):
        csv_parameters(table)
    path.unlink()
    with pytest.raises(DataError, match="No such file"):
        csv_parameters(table)


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    with pytest.raises(DataError, match="neither a file nor a folder"):
        look(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="There is no file or folder"):
        look(tmp_path / "loop.csv")


def test_links_that_lead_back_are_no_classes(tmp_path):
    folder = write_pictures(tmp_path / "colours", size=(8, 8))
    names = sorted(each.name for each in folder.iterdir())
    (folder / "again").symlink_to(".")
    (folder / names[0] / "up").symlink_to("..")
    assert sorted(look(folder).source.parameters["classes"]) == names


def test_pictures_that_are_named_but_not_there(tmp_path):
    (tmp_path / "labels.csv").write_text("file,label\n" + "".join(f"at/{n}.png,{'ab'[n % 2]}\n" for n in range(30)))
    with pytest.raises(DataError, match=r"column file, such as at/0.png, but these are not beside it"):
        look(tmp_path / "labels.csv")
    write_pictures(tmp_path / "alone", {"red": 3})
    with pytest.raises(DataError, match="a single class"):  # and not what is wrong with a table beside it
        look(tmp_path / "alone")


def test_it_is_said_why_nothing_can_be_learned_from_a_table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("n,same,none\n" + "".join(f"{n},yes,\n" for n in range(ROWS)))
    with pytest.raises(DataError, match=r"\(n only names the rows; same has a single value; none is empty\)"):
        look(path)


def test_a_workbook_with_notes_titles_and_formulas(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "How to read this"
    sheet = book.create_sheet("figures")
    sheet["A1"] = "Sales of the year"
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["x", "z", "sum", "y"])
    for n in range(ROWS):
        sheet.append([n % 11, n % 7, f"=A{n + 4}+B{n + 4}", "ab"[n % 2]])
    book.save(tmp_path / "t.xlsx")
    found = look(tmp_path / "t.xlsx")
    assert (found.table.rows, found.table.form.sheet, found.table.form.left_out) == (ROWS, "figures", (0, 1))
    assert found.table.features == ("x", "z")
    assert any("formulas without a value" in guess.words for guess in found.guesses)
    loaded = load(found.source, tmp_path / "t.xlsx")
    assert loaded["x"].shape == (ROWS, 2)
    assert loaded["y"].tolist() == [n % 2 for n in range(ROWS)]


def test_lists_and_records_are_left_out_of_tables(tmp_path):
    rows = [{"x": n % 11, "z": n % 7, "list": [n], "record": {"a": n}, "y": "ab"[n % 2]} for n in range(ROWS)]
    table = pyarrow.Table.from_pylist(rows)
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    table.to_pandas().to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    for name in ("t.parquet", "t.jsonl"):
        found = look(tmp_path / name)
        assert found.table.features == ("x", "z")
        assert load(found.source, tmp_path / name)["x"].shape == (ROWS, 2)
    assert any("list, record hold lists or records" in guess.words for guess in look(tmp_path / "t.parquet").guesses)
    pyarrow.parquet.write_table(table.select(["list", "record", "y"]), tmp_path / "t.parquet")
    with pytest.raises(DataError, match="fewer than two columns of single values"):
        look(tmp_path / "t.parquet")


def test_packed_arff_is_read_in_blocks(tmp_path):
    lines = ["@relation r", "@attribute x numeric", "@attribute 'a b' REAL", "@attribute y {a,b}", "@data"]
    lines += [f"{n % 11},{'?' if n % 5 == 0 else n / 8},{'ab'[n % 2]}" for n in range(50_007)]
    (tmp_path / "t.arff.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    found = look(tmp_path / "t.arff.gz")
    assert (found.source.kind, found.table.rows, found.table.column("a b").missing) == ("Csv", 50_007, 10_002)
    loaded = load(Choice("Csv", found.source.parameters), tmp_path / "t.arff.gz")
    assert loaded["x"].shape == (50_007, 2)
    assert loaded["x"].isfinite().all()
