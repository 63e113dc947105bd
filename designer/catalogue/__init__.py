"""What exists: layers, losses, optimizers, schedules and data sources, each declared once as data."""
