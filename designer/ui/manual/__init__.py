"""The manual in a window of its own: topics, a page for each family and layer, keys; made from the declarations."""
