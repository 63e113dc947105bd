"""The docks beside the canvas: palette, inspector, problems, code, data and run."""
