"""Training: runs the generated source and tells what happens as plain events, for any listener."""
