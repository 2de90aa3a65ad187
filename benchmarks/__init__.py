"""Benchmarks: how well and how fast graphmem finds what was said. `README.md` here holds the protocol.

One command each, such as `python -m benchmarks.locomo`; `make bench` runs them all.
"""
