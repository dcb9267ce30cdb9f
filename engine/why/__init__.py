"""The arithmetic behind every figure: formula, numbers put in, result, source. Each sum comes out as it is written."""
