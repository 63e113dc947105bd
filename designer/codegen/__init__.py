"""Python source from a project: the module, the training script, and the map from lines to nodes."""
