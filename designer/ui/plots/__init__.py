"""Live pictures of training: curves and weights."""
