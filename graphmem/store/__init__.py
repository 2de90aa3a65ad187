"""Stores: where the memory graph lives. `base` is the contract; one adapter a file or folder."""
