"""Look at a user's files: columns, types, and what kind of task they hold."""
