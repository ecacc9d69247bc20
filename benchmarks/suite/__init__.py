"""The benchmark suite: what is measured, side by side in one run, and how it is kept, shown and compared."""
