"""TimeQA: see `__main__`."""
