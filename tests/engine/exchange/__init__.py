"""Payloads of venues, and importing them in a line."""
