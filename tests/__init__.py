"""The tests mirror the tree; speed is measured by `python -m tests.benchmarks`, never asserted here."""
