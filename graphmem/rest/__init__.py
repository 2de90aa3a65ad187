"""The server: Mem0's HTTP API in front of the engine. It translates, calls `Memory`, and translates back."""
