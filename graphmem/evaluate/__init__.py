"""How well a memory answers labelled questions, and which channel found what."""
