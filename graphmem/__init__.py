"""graphmem: a graph-plus-vector memory engine for AI agents."""

__version__ = "0.1.0"
