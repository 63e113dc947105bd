"""Small pictures of what each layer does, painted from the figures that declarations name and the layer's real numbers."""

WIDTH, HEIGHT = 270, 110  # of the sheet that figures are drawn on, in logical pixels
MARGIN = 3  # around it
