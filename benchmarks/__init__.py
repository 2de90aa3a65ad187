"""Benchmarks: how well and how fast graphmem finds what was said. `README.md` here holds the protocol.

One command each: `python -m benchmarks.locomo`, `.beam`, `.multihop`, `.speed`.
"""
