// The embedder that made the vectors.
MATCH (s:Store {name: 'graphmem'})
RETURN s.embedder, s.dim
