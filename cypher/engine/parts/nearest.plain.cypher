// The same from an index that cannot filter: the nearest of everybody if enough of these are the owners', else all
// that is the owners', compared one by one.
// params: owners, wide, k
// slots: visible
CALL (vector) {
  CALL db.index.vector.queryNodes('memory_embedding', $wide, vector) YIELD node AS m, score
  WITH m, score WHERE m.owner_uid IN $owners AND {visible}
  WITH m ORDER BY score DESC LIMIT $k
  RETURN collect(m) AS near
}
CALL (vector, near) {
  WITH near WHERE size(near) >= $k
  UNWIND near AS m
  RETURN m
  UNION
  WITH vector, near WHERE size(near) < $k
  MATCH (m:Memory) WHERE m.owner_uid IN $owners AND {visible}
  WITH m ORDER BY vector.similarity.cosine(m.embedding, vector) DESC LIMIT $k
  RETURN m
}
RETURN m
