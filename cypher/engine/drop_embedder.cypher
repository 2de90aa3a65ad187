// Nothing is stored: any embedder may be next.
MATCH (s:Store {name: 'graphmem'}) WHERE NOT EXISTS { MATCH (:Memory) }
REMOVE s.embedder, s.dim
