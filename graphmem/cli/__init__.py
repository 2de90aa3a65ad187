"""The command line `graphmem`: translate, call the engine, translate back."""

from graphmem.cli.app import app

__all__ = ["app"]
