"""What the server costs beside the engine, and how it bears many callers."""
