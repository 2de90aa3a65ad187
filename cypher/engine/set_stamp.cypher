// Say which embedder makes the vectors, unless another writer was first; what stands then.
// params: embedder, dim
MERGE (s:Store {name: 'graphmem'})
SET s.name = 'graphmem' // locks it
WITH s
SET s.embedder = coalesce(s.embedder, $embedder), s.dim = coalesce(s.dim, $dim)
RETURN s.embedder, s.dim
