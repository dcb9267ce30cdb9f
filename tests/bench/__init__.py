"""The benchmarks: ratios measured in one run. `python -m tests.bench` prints them; nothing here can fail a build."""
