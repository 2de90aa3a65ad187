// Say which embedder made the vectors.
// params: embedder, dim
MERGE (s:Store {name: 'graphmem'})
SET s.embedder = $embedder, s.dim = $dim
