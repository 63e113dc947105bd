"""Files that no table should be: each is refused in a clear sentence, without eating the memory."""

import gzip
import os
import resource
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from designer.data import DataError, csv_parameters, inspect_csv


def bomb(path: Path, size: int, claimed: int) -> None:
    """A workbook whose only sheet unpacks to `size` rows, though its directory claims another number."""
    sheet = "xl/worksheets/sheet1.xml"
    pd.DataFrame({"a": [1, 2], "b": [3, 4]}).to_excel(path, index=False)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != sheet}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr(sheet, b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * size)
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", claimed)
    path.write_bytes(data)


def large(path: Path) -> None:
    """A file of 65 GiB that takes no room on the disk."""
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(65 * 2**30)


def packed(path: Path) -> None:
    with gzip.open(path, "wb", 1) as file:
        file.write(b"a,b\n")
        for _ in range(60):
            file.write(b"1,2\n" * 2**18)


MAKERS = {
    "nul.csv": (lambda path: path.write_bytes(b"a,b\n1,\0\n"), "NUL bytes"),
    "one.csv": (lambda path: path.write_text("alone\n1\n2\n"), "only one column"),
    "wide.csv": (lambda path: path.write_text(",".join(["c"] * 10_000) + "\n"), "has 10,000 columns"),
    "large.csv": (large, "65.0 GiB; at most 64 GiB"),
    "bomb.xlsx": (lambda path: bomb(path, 9, 3 * 2**30), "unpacks to 3.0 GiB"),
    "lie.xlsx": (lambda path: bomb(path, 2**18, 100), "cannot be read"),
    "zip.xlsx": (lambda path: zipfile.ZipFile(path, "w").writestr("a.txt", "a") or None, "ZIP archive"),
    "damaged.xlsx": (lambda path: bomb(path, 0, 0), "cannot be read"),
    "cut.xlsx": (lambda path: path.write_bytes(b"PK\x03\x04 and nothing"), "damaged"),
    "cut.parquet": (lambda path: path.write_bytes(b"PAR1 and nothing PAR1"), "Parquet file that cannot be read"),
    "cut.csv.gz": (lambda path: path.write_bytes(gzip.compress(b"a,b\n1,2\n" * 999)[:-9]), "cannot be unpacked"),
    "bent.jsonl": (lambda path: path.write_text('{"a": 1, "b": 2}\n{"a": \n'), "cannot be read"),
    "empty.arff": (lambda path: path.write_text("@relation x\n@attribute a numeric\n"), "no line @data"),
    "sparse.arff": (lambda path: path.write_text("@attribute a numeric\n@data\n{0 1}\n"), "sparse rows"),
    "folder.csv": (lambda path: path.mkdir(), "is a folder"),
    "old.xls": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0 old"), "an old Excel workbook"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_clear_sentence(name, tmp_path):
    make, words = MAKERS[name]
    make(tmp_path / name)
    with pytest.raises(DataError) as caught:
        inspect_csv(tmp_path / name)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)


def test_a_package_that_is_not_here_is_named(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 whatever PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(DataError, match=r"is read by the package pyarrow\. Install it: pip install pyarrow\."):
        inspect_csv(path)


def test_what_can_be_opened_but_not_learned(tmp_path):
    def inspect(text):
        (tmp_path / "t.csv").write_text(text)
        return inspect_csv(tmp_path / "t.csv")

    with pytest.raises(DataError, match=r"No column of .* suits as a target"):
        csv_parameters(inspect("a,b\n,\n,\n?,NA\n"))
    with pytest.raises(DataError, match="single value"):
        csv_parameters(inspect("a,b\n1,x\n2,x\n3,x\n"), "b", ["a"])
    table = inspect("a,a,b\n1,2,x\n4,5,y\n2,3,x\n1,9,y\n")
    assert [column.name for column in table.columns] == ["a", "a.1", "b"]
    assert csv_parameters(table)["numbers"] == ("a", "a.1")


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="memory can be limited on Linux only")
def test_memory_stays_bounded_by_what_unpacks(tmp_path):
    """60 MB of rows in a file of 1 MB are looked at in less memory than they would take."""
    packed(tmp_path / "packed.csv.gz")
    code = (
        "import resource, sys\n"
        "from designer.data import inspect_csv\n"
        "import pandas\n"
        "sizes = [int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()]\n"
        "resource.setrlimit(resource.RLIMIT_AS, (sizes[0] + 400 * 2**20,) * 2)\n"
        "stop = lambda share: share < 0.1\n"
        "try:\n    inspect_csv(sys.argv[1], progress=stop)\nexcept ValueError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "packed.csv.gz")],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    assert done.stdout == "Reading was stopped.\n", done.stderr
