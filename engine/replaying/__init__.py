"""A replay as a whole: one crash lived through in every mode at once, and which crashes fit an account."""
