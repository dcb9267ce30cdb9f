"""Prices as they really were: shipped windows of past crashes, and a user's own files."""
