// The nearest facts of an owner who has many memories, found by an index that filters (Neo4j 2026.01 and later);
// where too few of those that it finds hold, all facts of the owner are compared.
// params: ask
// slots: item, fact
CYPHER 25
UNWIND range(0, size($ask.vectors) - 1) AS at
WITH at, $ask.vectors[at] AS vector, $ask.owner AS owner
CALL (vector, owner) {
  MATCH (m:Memory)
    SEARCH m IN (VECTOR INDEX memory_embedding FOR vector WHERE m.owner_uid = owner
      AND m.layer IN ['user', 'session', 'org'] LIMIT $ask.wide) SCORE AS score
  WITH m WHERE {fact}
  RETURN collect(m) AS found
}
CALL (vector, owner, found) {
  WITH found WHERE size(found) >= $ask.nearest
  UNWIND found AS m
  RETURN m
  UNION
  WITH owner, found WHERE size(found) < $ask.nearest
  MATCH (m:Memory) WHERE m.owner_uid = owner AND {fact}
  RETURN m
}
WITH at, m, 2 * vector.similarity.cosine(m.embedding, vector) - 1 AS cosine
ORDER BY round(cosine, 6) DESC, m.id
WITH at, collect([m, cosine])[..$ask.nearest] AS best
UNWIND best AS one
WITH at, one[0] AS m, one[1] AS cosine
RETURN at, cosine, {item}
