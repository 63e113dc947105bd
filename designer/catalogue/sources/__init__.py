"""Data sources, one module a family: what each one gives, and the lines of code that load it."""

from designer.catalogue.sources import (
    arrays,
    bundled,
    files,
    images,
    language,
    sequences,
    stand_in,
    tables,
    texts,
    toys,
)

SOURCES = (
    *bundled.SOURCES,
    *toys.SOURCES,
    *sequences.SOURCES,
    *stand_in.SOURCES,
    *files.SOURCES,
    *images.SOURCES,
    *arrays.SOURCES,
    *tables.SOURCES,
    *texts.SOURCES,
    *language.SOURCES,
)
