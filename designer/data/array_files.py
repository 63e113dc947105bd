"""The headers of array files (.npy, .npz, IDX): names, shapes and types, read before any of their numbers are."""

import gzip
import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from designer.data.errors import DataError

IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}  # as in recipes/arrays.py
LARGEST_PACKED = 8 * 2**30  # bytes of an array in an archive: all of it must fit into memory
LARGEST_READ = 2**30  # bytes of targets
MOST_ARRAYS = 1_000


@dataclass(frozen=True, slots=True)
class Array:
    """What a header says. `name` is that of the member of an .npz file, or of the file itself."""

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]

    def tell(self) -> str:
        """Return the array in words: x_train 60000 x 28 x 28, uint8."""
        return f"{self.name} {' x '.join(map(str, self.shape)) or 'a single number'}, {self.dtype}"


def list_arrays(path: Path) -> Mapping[str, Array]:
    """Return the arrays in a file or folder by name. Raises DataError where one cannot be used."""
    if path.suffix.lower() == ".npz":
        return _list_members(path)
    if path.is_file():
        return {path.name: read_header(path)}
    files = [file for file in sorted(path.iterdir()) if is_array(file) and file.suffix.lower() != ".npz"]
    if len(files) > MOST_ARRAYS:
        raise DataError(f"{path} holds {len(files):,} arrays; at most {MOST_ARRAYS:,} can be looked at.")
    return {file.name: read_header(file) for file in files}


def is_array(path: Path) -> bool:
    """Return whether a file is called as arrays are, or begins as an IDX file."""
    if not path.is_file():
        return False
    return path.suffix.lower() in (".npy", ".npz") or is_idx(path)


def is_idx(path: Path) -> bool:
    """Return whether a file begins as an IDX file, plain or gzipped, of as many axes as it has sizes for."""
    try:
        with _open(path) as file:
            head = file.read(4)
    except (EOFError, OSError, zlib.error):
        return False
    return len(head) == 4 and head[:2] == b"\0\0" and head[2] in IDX_TYPES and 0 < head[3] < 8


def read_header(path: Path) -> Array:
    """Return what the header of a .npy or IDX file says. Raises DataError."""
    try:
        if path.suffix.lower() == ".npy":
            with path.open("rb") as file:
                found = _read_npy(file, path, path.name)
                _demand_bytes(found, path.stat().st_size - file.tell())
            return found
        with _open(path) as file:
            head = file.read(4)
            sizes = tuple(np.frombuffer(file.read(4 * head[3]), ">u4").tolist())
            found = Array(path, path.name, sizes, np.dtype(IDX_TYPES[head[2]]))
            start = 4 + 4 * head[3]
        size = path.stat().st_size
        # gzip makes at most a thousand bytes of one.
        _demand_bytes(found, 1100 * size if _is_packed(path) else size - start)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise _explain(path, error) from error
    return found


def read_values(array: Array, most: int | None = None) -> NDArray[np.generic]:
    """Return the numbers of an array, or those of its first rows. Raises DataError."""
    rows = array.shape[0] if array.shape else 1
    wanted = rows if most is None else min(most, rows)
    size = wanted * math.prod(array.shape[1:]) * array.dtype.itemsize
    if size > LARGEST_READ:
        raise DataError(
            f"{array.name} has {size / 2**30:.1f} GiB of targets, which no network has. Choose another array."
        )
    shape = (wanted, *array.shape[1:])
    try:
        if array.path.suffix.lower() == ".npy":
            return np.array(np.load(array.path, mmap_mode="r", allow_pickle=False)[:wanted])
        if array.path.suffix.lower() == ".npz":
            with zipfile.ZipFile(array.path) as archive, archive.open(f"{array.name}.npy") as file:
                fortran = _read_head(file)[1]
                if fortran and len(array.shape) > 1:
                    with np.load(array.path, allow_pickle=False) as arrays:
                        return np.asarray(arrays[array.name][:wanted])
                raw = file.read(size)
        else:
            with _open(array.path) as file:
                file.read(4 + 4 * len(array.shape))
                raw = file.read(size)
    except (EOFError, OSError, ValueError, KeyError, zlib.error, zipfile.BadZipFile) as error:
        raise _explain(array.path, error) from error
    if len(raw) < size:
        raise DataError(f"{array.path} ends early: {len(raw):,} of {size:,} bytes are there. Fetch it again.")
    return np.frombuffer(raw, array.dtype).reshape(shape)


def _list_members(path: Path) -> Mapping[str, Array]:
    found = {}
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(".npy")]
            if len(members) > MOST_ARRAYS:
                raise DataError(f"{path} holds {len(members):,} arrays; at most {MOST_ARRAYS:,} can be looked at.")
            for member in members:
                name = member.filename.removesuffix(".npy")
                with archive.open(member) as file:
                    array = _read_npy(file, path, name)
                _demand_bytes(array, member.file_size)
                if member.file_size > LARGEST_PACKED:
                    raise DataError(
                        f"{path} unpacks {name} to {member.file_size / 2**30:,.0f} GiB, more than memory should hold. Save it "
                        "as .npy, which is read piece by piece."
                    )
                found[name] = array
    except (EOFError, OSError, ValueError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _explain(path, error) from error
    if not found:
        raise DataError(f"{path} is a ZIP archive without arrays. Choose a file that `numpy.savez` wrote.")
    return found


def _read_npy(file: IO[bytes], path: Path, name: str) -> Array:
    """Return what the header of a .npy file says. Raises ValueError where it is none, DataError where it is no use."""
    (shape, _, dtype) = _read_head(file)
    if dtype.hasobject:
        raise DataError(
            f"{path}: {name} holds Python objects, which are pickled and could run code of a stranger as they are read. "
            "Save it as an array of numbers (`array.astype(float)`)."
        )
    if dtype.names is not None or dtype.kind not in "biufUS":
        raise DataError(
            f"{path}: {name} holds {dtype}, which is neither numbers nor words. Save it as an array of those."
        )
    return Array(path, name, shape, dtype)


def _read_head(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return read(file)


def _demand_bytes(array: Array, there: int) -> None:
    announced = math.prod(array.shape) * array.dtype.itemsize
    if announced > max(there, 0):
        raise DataError(
            f"{array.path} announces {announced:,} bytes for {array.tell()}, which are not there. Fetch it again."
        )


def _open(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if _is_packed(path) else path.open("rb")


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _explain(path: Path, error: Exception) -> DataError:
    if isinstance(error, DataError):
        return error
    if isinstance(error, OSError) and error.strerror:
        return DataError(f"{path} cannot be read: {error.strerror}.")
    return DataError(f"{path} is no array file that can be read ({' '.join(str(error).split())[:200]}).")
