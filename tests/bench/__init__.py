"""What xenlens costs, as ratios within one run: `python -m tests.bench`."""
