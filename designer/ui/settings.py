"""What the window remembers from one start to the next: layout, theme, recent files. In the user's state folder."""

import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from designer.paths import user_state

MOST_RECENT = 12
SCALES = (80, 90, 100, 110, 125, 150, 175, 200)  # percent
MOST_RUNS, MOST_RUN_BYTES = 200, 20 * 10**9  # that are kept unless somebody says otherwise
LONGEST_KEY = 200  # characters of what is remembered as chosen


class Settings:
    """Typed access to one INI file. Whatever stands in it, reading never raises."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_state() / "window.ini"
        self._store = QSettings(str(self.path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """The chosen theme: "dark", "light" or "system"."""
        value = self._store.value("theme", "system")
        return value if value in ("dark", "light", "system") else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def flow(self) -> str:
        """Which way data flows in new projects: "down" or "right"."""
        value = self._store.value("flow", "down")
        return value if value in ("down", "right") else "down"

    @flow.setter
    def flow(self, flow: str) -> None:
        self._store.setValue("flow", flow)

    @property
    def scale(self) -> int:
        """How large the interface is drawn, in percent: one of SCALES."""
        value = str(self._store.value("scale", "100"))
        return int(value) if value.isdecimal() and int(value) in SCALES else 100

    @scale.setter
    def scale(self, percent: int) -> None:
        self._store.setValue("scale", percent)

    @property
    def recent(self) -> list[Path]:
        """The files opened or saved last, newest first."""
        try:
            paths = json.loads(str(self._store.value("recent", "[]")))
        except ValueError:
            return []
        return [Path(path) for path in paths if isinstance(path, str)][:MOST_RECENT] if isinstance(paths, list) else []

    def add_recent(self, path: Path) -> None:
        """Put a file on top of the recent ones."""
        paths = [path, *(other for other in self.recent if other != path)]
        self._store.setValue("recent", json.dumps([str(one) for one in paths[:MOST_RECENT]]))

    def drop_recent(self, path: Path) -> None:
        """Forget a file that is gone."""
        self._store.setValue("recent", json.dumps([str(one) for one in self.recent if one != path]))

    def chosen(self, topic: str) -> list[str]:
        """Return what was chosen last of a topic ("layers", "commands"), newest first."""
        try:
            keys = json.loads(str(self._store.value(f"chosen/{topic}", "[]")))
        except ValueError:
            return []
        return [key for key in keys if isinstance(key, str)][:MOST_RECENT] if isinstance(keys, list) else []

    def add_chosen(self, topic: str, key: str) -> None:
        """Put something on top of what was chosen last."""
        if len(key) <= LONGEST_KEY:
            keys = [key, *(other for other in self.chosen(topic) if other != key)]
            self._store.setValue(f"chosen/{topic}", json.dumps(keys[:MOST_RECENT]))

    @property
    def trends(self) -> bool:
        """Whether cards show how their layers learn."""
        return self._store.value("trends", "on") != "off"

    @trends.setter
    def trends(self, on: bool) -> None:
        self._store.setValue("trends", "on" if on else "off")

    @property
    def minimap(self) -> bool:
        """Whether the small map of the network is shown in the corner of the canvas."""
        return self._store.value("minimap", "on") != "off"

    @minimap.setter
    def minimap(self, on: bool) -> None:
        self._store.setValue("minimap", "on" if on else "off")

    @property
    def folder(self) -> str:
        """The folder that was used last."""
        return str(self._store.value("folder", ""))

    @folder.setter
    def folder(self, folder: str) -> None:
        self._store.setValue("folder", folder)

    @property
    def runs(self) -> Path | None:
        """The folder that runs are kept in; None for the usual one."""
        value = str(self._store.value("runs/folder", ""))
        return Path(value) if value else None

    @runs.setter
    def runs(self, folder: Path | None) -> None:
        self._store.setValue("runs/folder", "" if folder is None else str(folder))

    @property
    def most_runs(self) -> int:
        """How many runs without a star are kept, 0 for all."""
        return self._number("runs/most", MOST_RUNS)

    @most_runs.setter
    def most_runs(self, most: int) -> None:
        self._store.setValue("runs/most", most)

    @property
    def most_run_bytes(self) -> int:
        """How many bytes the runs without a star may take, 0 for any number."""
        return self._number("runs/bytes", MOST_RUN_BYTES)

    @most_run_bytes.setter
    def most_run_bytes(self, most: int) -> None:
        self._store.setValue("runs/bytes", most)

    @property
    def checkpoint_every(self) -> int:
        """Of each how many epochs a checkpoint is kept besides the last and the best, 0 for none."""
        return self._number("runs/every", 0)

    @checkpoint_every.setter
    def checkpoint_every(self, epochs: int) -> None:
        self._store.setValue("runs/every", epochs)

    @property
    def more_epochs(self) -> int:
        """The epochs that were last wanted on top of a run, 0 where nobody said."""
        return self._number("runs/more", 0)

    @more_epochs.setter
    def more_epochs(self, epochs: int) -> None:
        self._store.setValue("runs/more", epochs)

    @property
    def tensorboard(self) -> bool:
        """Whether logs for TensorBoard are written."""
        return str(self._store.value("runs/tensorboard", "false")).lower() == "true"

    @tensorboard.setter
    def tensorboard(self, on: bool) -> None:
        self._store.setValue("runs/tensorboard", on)

    @property
    def folds(self) -> bool:
        """Whether long networks are folded into columns when they are arranged."""
        return self._flag("folds")

    @folds.setter
    def folds(self, on: bool) -> None:
        self._store.setValue("folds", on)

    @property
    def snaps(self) -> bool:
        """Whether cards that are dragged stop at the grid."""
        return self._flag("snaps")

    @snaps.setter
    def snaps(self, on: bool) -> None:
        self._store.setValue("snaps", on)

    @property
    def animations(self) -> bool:
        """Whether cards glide to new places."""
        return self._flag("animations")

    @animations.setter
    def animations(self, on: bool) -> None:
        self._store.setValue("animations", on)

    def layout(self) -> tuple[QByteArray, QByteArray]:
        """Return geometry and dock state as they were saved, empty where there are none."""
        return self._bytes("geometry"), self._bytes("docks")

    def save_layout(self, geometry: QByteArray, docks: QByteArray) -> None:
        """Remember geometry and dock state."""
        self._store.setValue("geometry", geometry)
        self._store.setValue("docks", docks)

    def flush(self) -> None:
        """Write to the disk now."""
        self._store.sync()

    def _number(self, name: str, usual: int) -> int:
        """Return a whole number from 0 on."""
        value = str(self._store.value(name, usual))
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else usual

    def _flag(self, name: str) -> bool:
        """Return a choice that holds unless the file says false."""
        return str(self._store.value(name, "true")).lower() != "false"

    def _bytes(self, name: str) -> QByteArray:
        value = self._store.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()
