"""How names and values that come from strangers stand in our messages: short, printable, on one line."""


def show_name(name: str, longest: int = 40) -> str:
    """Return a name as it may stand in a message between back quotes, at most `longest` characters long."""
    if len(name) <= longest and name.isprintable() and "`" not in name:
        return name  # as nearly all are
    text = "".join(c if c.isprintable() and c != "`" else "?" for c in name[: longest + 1])
    return text if len(text) <= longest else text[: longest - 3] + "..."


def describe(value: object) -> str:
    """Return a value as it may stand in a message, in the words of a JSON file."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() if abs(value) >= 2**63:
            return "a number of more than 18 digits"
        case dict():
            return "an object"
        case list() | tuple():
            return "a list"
        case int() | float() | str():
            text = repr(value[:60] if isinstance(value, str) else value)
            return text if len(text) <= 40 else text[:37] + "..."
        case _:
            kind = type(value).__name__
            return f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"
