"""The canvas: the graph on screen, and what hands do to it."""
