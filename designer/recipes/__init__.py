"""Plain PyTorch modules that generated code carries with it where torch has no such class."""
