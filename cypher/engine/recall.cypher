// One question to a caller who owns few memories: all of them compared, exactly, and the graph among them.
// Above `most` memories nothing but their number comes back.
// params: ask
// slots: visible, addressed, answer
MATCH (o:Owner) WHERE o.uid IN $ask.owners
WITH sum(o.memories) AS size
CALL (size) {
  WITH size WHERE size <= $ask.most
  MATCH (m:Memory) WHERE m.owner_uid IN $ask.owners
  WITH m WHERE {visible}
  RETURN collect(m) AS found
}
WITH size, found, $ask.me + [m IN found WHERE m.position IS NOT NULL AND m.speaker IS NOT NULL | m.speaker] AS heard
WITH size, found, {addressed} AS vector
{answer}
RETURN size, COLLECT { MATCH (s:Store {name: 'graphmem'}) RETURN [s.embedder, s.dim] } AS stamps, [] AS holders, null AS length, memories, entities, relations
