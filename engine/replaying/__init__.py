"""A replay looked at as a whole: the same crash lived through in every mode at once, and which crashes fit an account."""
