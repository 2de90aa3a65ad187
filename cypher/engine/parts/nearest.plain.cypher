// The same from an index that cannot filter: the nearest of everybody if enough of these are the owners', else all
// that is the owners', compared one by one.
// params: wide, ask
CALL (vector) {
  CALL db.index.vector.queryNodes('memory_embedding', $wide, vector) YIELD node AS m, score
  WITH m, score WHERE m.owner_uid IN $ask.owners
  RETURN collect([m, score]) AS near
}
CALL (vector, near) {
  WITH near WHERE size(near) >= 2 * $ask.k
  UNWIND near AS one
  RETURN one[0] AS m, one[1] AS score
  UNION ALL
  WITH vector, near WHERE size(near) < 2 * $ask.k
  MATCH (m:Memory) WHERE m.owner_uid IN $ask.owners
  RETURN m, vector.similarity.cosine(m.embedding, vector) AS score ORDER BY score DESC LIMIT $wide
}
