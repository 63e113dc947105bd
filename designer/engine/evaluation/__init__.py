"""How good a network is on data it has not learned from: its answers, and figures of them with their intervals."""
