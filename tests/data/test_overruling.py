"""What a column is taken for can be overruled, and stays so when the file is looked at once more."""

import pytest

from designer.catalogue.parameters import resolve
from designer.catalogue.registry import sources
from designer.data import DataError, csv_parameters, inspect_csv
from designer.data.dates import list_date_forms
from designer.data.selection import recall_form
from designer.document.project import Choice
from tests.catalogue.running_sources import load


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "t.csv"
    rows = (
        f"{n % 9 + 1:02}/{n % 12 + 1:02}/2020,2020{n % 12 + 1:02}15,{('low', 'new')[n % 2] if n % 4 else n},{'ab'[n % 2]}"
        for n in range(60)
    )
    path.write_text("visit,stamp,dose,y\n" + "\n".join(rows), "utf-8")
    return path


def test_numbers_and_dates_are_what_the_user_says(path):
    table = inspect_csv(path)
    assert [column.kind for column in table.columns] == ["date", "number", "class", "class"]
    assert list_date_forms(table.column("visit").examples) == ("%m/%d/%Y", "%d/%m/%Y")
    types = {"visit": "%d/%m/%Y", "stamp": "%Y%m%d", "dose": "number"}
    told = inspect_csv(path, given={"types": types})
    assert [column.kind for column in told.columns] == ["date", "date", "number", "class"]
    assert (told.column("dose").missing, set(told.form.missing)) == (45, {"low", "new"})
    assert told.column("visit").parts == ("month", "day", "weekday")
    parameters = csv_parameters(told, "y", ["visit", "stamp", "dose"])
    assert parameters["dates"][1] == ("stamp", "%Y%m%d", ("month", "weekday"))
    loaded = load(Choice("Csv", parameters), path)
    assert loaded["table"]["stamp month sin"].notna().all()
    values = resolve(sources["Csv"].parameters, parameters)[0]
    assert inspect_csv(path, given=recall_form(values)).columns == told.columns


@pytest.mark.parametrize(
    "types, words",
    [
        ({"y": "number"}, "Column 'y' has 2 texts that are no numbers, such as a"),
        ({"dose": "%Y-%m-%d"}, "Column 'dose' has 0 where dates as year-month-day should be"),
    ],
)
def test_what_a_column_cannot_be_is_said(path, types, words):
    with pytest.raises(DataError, match=words):
        inspect_csv(path, given={"types": types})


def test_a_word_that_another_column_means_is_not_made_missing(path):
    path.write_text("a,y\n" + "".join(f"{'b' if n % 3 == 0 else n},{'ab'[n % 2]}\n" for n in range(30)), "utf-8")
    with pytest.raises(DataError, match="b would be missing in column 'a', and is a value of column 'y'"):
        inspect_csv(path, given={"types": {"a": "number"}})
