"""A run as files that others can use without Designer, each of them tried in a fresh process before it is handed out."""
