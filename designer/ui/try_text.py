"""Tries texts: they are classed as they are typed, or gone on with, token by token, on a thread."""

import itertools
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from designer.ui.aside import Aside
from designer.ui.background import Report
from designer.ui.panels.words_entry import ContinueEntry, WordsEntry
from designer.ui.theme import Theme
from designer.ui.words import write_amount, write_count

if TYPE_CHECKING:
    from designer.engine.trying.bench import Bench, Sample
    from designer.engine.trying.texts import Counted, LanguageForm, TextForm
    from designer.ui.trying import Trying

EVERY = 40  # milliseconds between two looks for what was written


class TryText(QObject):
    """The entry for networks that class texts."""

    follows = False  # whether it shows what is answered, too

    def __init__(self, trying: "Trying", theme: Theme) -> None:
        super().__init__(trying)
        self._trying = trying
        self._form: TextForm | None = None
        self._counted: Counted | None = None
        self.entry = WordsEntry()
        self.entry.edited.connect(self._ask)

    def fits(self, form: Any) -> bool:
        """Return whether samples of a form are given here; take note of it."""
        from designer.engine.trying.texts import TextForm

        self._form = form if isinstance(form, TextForm) else None
        return self._form is not None

    def ask_first(self) -> None:
        """Do nothing: a text is typed."""

    def show(self, sample: "Sample") -> None:
        """Show a text of the data; what was typed stands there already."""
        stock = self._trying.bench.stock if self._trying.bench is not None else None
        if sample.number >= 0 and stock is not None:
            texts = stock.names.get("texts")
            self.entry.field.put(str(texts[int(stock.rows[sample.number])]) if texts and stock.known else "")
            self.entry.about.setText("")
        elif self._counted is not None and self._form is not None:
            self.entry.about.setText(describe_tokens(self._counted, self._form.unit))

    def _ask(self) -> None:
        form, text = self._form, self.entry.field.text
        if form is None:
            return

        def make(bench: "Bench") -> Any:
            from designer.engine.trying.texts import count_tokens, encode_text

            self._counted = count_tokens(bench, form, text)
            return encode_text(bench, form, text)

        self._trying.ask(make)


class TryContinue(QObject):
    """The entry for language models."""

    follows = False  # whether it shows what is answered, too

    def __init__(self, trying: "Trying", theme: Theme) -> None:
        super().__init__(trying)
        self._trying = trying
        self._form: LanguageForm | None = None
        self._writing = Aside("go on with this text", self)
        self._writing.done.connect(lambda _: self.stop())
        self._writing.refused.connect(self._refuse)
        self._written: deque[str] = deque()
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self._show_written)
        self.entry = ContinueEntry()
        self.entry.edited.connect(self._ask)
        self.entry.wanted.connect(self.begin)
        self.entry.stopped.connect(self.stop)
        trying.changed.connect(self.stop)
        trying.closing.connect(self.stop)

    def fits(self, form: Any) -> bool:
        """Return whether samples of a form are given here; take note of it."""
        from designer.engine.trying.texts import LanguageForm

        self._form = form if isinstance(form, LanguageForm) else None
        return self._form is not None

    def ask_first(self) -> None:
        """Do nothing: a text is typed."""

    def show(self, sample: "Sample") -> None:
        """Show a window of the data; what was typed stands there already."""
        form = self._form
        if form is None or isinstance(sample.x, tuple):
            return
        if sample.number >= 0 and self._trying.bench is not None:
            from designer.engine.trying.texts import spell

            self.entry.field.put(spell(self._trying.bench, form, sample.x[0].tolist()))
        known = sample.known or form.length
        what = "character" if form.characters else "token"
        last = "" if known < form.length else " (the network looks back no further)"
        self.entry.about.setText(f"{write_amount(known, what)} before it{last}")

    def begin(self) -> None:
        """Let the network write on."""
        form, bench, entry = self._form, self._trying.bench, self.entry
        self.stop()
        if form is None or bench is None:
            return
        text, temperature, seed = entry.field.text, entry.temperature.value or 0.0, int(entry.seed.value or 0)
        length, written = int(entry.length.value or 1), deque[str]()

        def work(report: Report) -> None:
            from designer.engine.trying.texts import continue_text

            for number, token in enumerate(
                itertools.islice(continue_text(bench, form, text, temperature, seed), length)
            ):
                written.append(token)
                if not report((number + 1) / length):
                    return
                time.sleep(0)  # the window may want the interpreter

        self._written = written
        entry.begin()
        entry.show_busy(True)
        self._writing.start(work)
        self._timer.start()

    def stop(self) -> None:
        """Write no further."""
        self._writing.cancel()
        self._show_written()
        self._timer.stop()
        self.entry.show_busy(False)

    def _show_written(self) -> None:
        if self._written:
            self.entry.add("".join(self._written.popleft() for _ in range(len(self._written))))

    def _refuse(self, text: str) -> None:
        self.stop()
        self._trying.refuse(text)

    def _ask(self) -> None:
        form, text = self._form, self.entry.field.text
        if form is None:
            return

        def make(bench: "Bench") -> Any:
            from designer.engine.trying.texts import encode_start

            return encode_start(bench, form, text)

        self._trying.ask(make)


def describe_tokens(counted: "Counted", unit: str) -> str:
    """Return in words how a text is cut: 12 of 64 words; 1 unknown."""
    parts = [f"{write_count(min(counted.tokens, counted.most))} of at most {write_amount(counted.most, unit)}"]
    if counted.tokens > counted.most:
        parts.append(f"the last {write_count(counted.tokens - counted.most)} are cut off: the network never sees them")
    if counted.unknown:
        parts.append(f"{write_count(counted.unknown)} it has never seen")
    return "; ".join(parts)
