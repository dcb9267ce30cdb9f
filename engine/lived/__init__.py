"""Lived paths: time only goes forward, what died stays dead, and what the user does is kept."""
