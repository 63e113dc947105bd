"""The saved value: a project is a tree of frozen values, and an edit is a function from project to project."""
