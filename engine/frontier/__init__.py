"""The frontier: what is left of an account when two of its markets move, as a map of whole cascades."""
