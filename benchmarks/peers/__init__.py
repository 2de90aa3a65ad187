"""Others beside graphmem: the same texts, questions, embedding model and scores."""
