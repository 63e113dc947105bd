"""The canvas: nodes and wires, drawn, dragged and connected."""
