"""What exists: layers, losses, optimizers, schedules and data sources, declared as data, with their shape rules."""
