"""close_first."""
