"""LiHua-World: see `__main__`."""
