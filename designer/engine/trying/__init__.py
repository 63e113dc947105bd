"""One sample of a user's own before a network: encoded, answered, seen on its way. torch, no Qt."""
