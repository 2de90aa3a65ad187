"""Embedding: from texts to unit vectors. `base` is the port."""
