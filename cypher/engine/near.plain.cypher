// The nearest facts of an owner who has many memories, found by an index that cannot filter; where too few of those
// that it finds are the owner's and hold, all facts of the owner are compared.
// params: ask
// slots: item, fact
UNWIND range(0, size($ask.vectors) - 1) AS at
WITH at, $ask.vectors[at] AS vector
CALL (vector) {
  CALL db.index.vector.queryNodes('memory_embedding', $ask.wide, vector) YIELD node AS m
  WITH m WHERE m.owner_uid = $ask.owner AND {fact}
  RETURN collect(m) AS found
}
CALL (vector, found) {
  WITH found WHERE size(found) >= $ask.nearest
  UNWIND found AS m
  RETURN m
  UNION
  WITH found WHERE size(found) < $ask.nearest
  MATCH (m:Memory) WHERE m.owner_uid = $ask.owner AND {fact}
  RETURN m
}
WITH at, m, 2 * vector.similarity.cosine(m.embedding, vector) - 1 AS cosine
ORDER BY round(cosine, 6) DESC, m.id
WITH at, collect([m, cosine])[..$ask.nearest] AS best
UNWIND best AS one
WITH at, one[0] AS m, one[1] AS cosine
RETURN at, cosine, {item}
