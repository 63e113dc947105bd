"""Dates among the texts of a table: the form they are written in, and which of their parts tell something."""

import re
from collections.abc import Collection, Sequence

# Likeliest first: of two that fit all values the first is taken.
_FORMS = (
    *("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%SZ"),
    *("%Y-%m", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d.%m.%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M"),
    *("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"),
    *("%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%d-%m-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%B %d, %Y"),
    "%b %d, %Y",
)
_LIKE = re.compile(r"(\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9})([-/. ]\d{2,4})?|[A-Za-z]{3,9} \d{1,2}, \d{4})([ T]\d.*)?")
_PARTS = ("year", "month", "day", "weekday", "hour")


def find_date_form(texts: Collection[str]) -> str:
    """Return the form in which all of some different texts are dates, "" where there is none."""
    first = [text.strip() for text, _ in zip(texts, range(20), strict=False)]
    if not first or not all(map(_LIKE.fullmatch, first)):
        return ""
    import pandas as pd  # slow to import, and seldom wanted

    some, every = pd.Series(first, dtype=object), pd.Series(list(texts), dtype=object).str.strip()
    for form in _FORMS:
        if pd.to_datetime(some, format=form, errors="coerce").notna().all():
            if pd.to_datetime(every, format=form, errors="coerce").notna().all():
                return form
    return ""


def list_date_forms(texts: Sequence[str], others: Sequence[str] = ()) -> tuple[str, ...]:
    """Return every form in which some texts are all dates, likeliest first; `others` are tried as well."""
    import pandas as pd

    some = pd.Series([text.strip() for text in texts], dtype=object)
    forms = dict.fromkeys([*_FORMS, *others]) if len(some) and any(map(str.isdigit, "".join(some))) else {}
    return tuple(form for form in forms if pd.to_datetime(some, format=form, errors="coerce").notna().all())


def find_parts(texts: Sequence[str], form: str) -> tuple[str, ...]:
    """Return which parts of some different dates vary: year, month, day, weekday, hour."""
    import pandas as pd

    moments = pd.to_datetime(pd.Series(texts, dtype=object).str.strip(), format=form, errors="coerce").dt
    days = "%d" in form
    values = {
        "year": moments.year,
        "month": moments.month,
        "day": moments.day if days else None,
        "weekday": moments.day_of_week if days else None,
        "hour": moments.hour if "%H" in form else None,
    }
    return tuple(part for part in _PARTS if (value := values[part]) is not None and value.nunique() > 1)
