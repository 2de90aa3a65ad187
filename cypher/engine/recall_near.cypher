// One question to a caller who owns many memories: the indexes name the seeds, and the graph around those comes
// along, with what the whole scope says about the words.
// params: ask, wide
// slots: dialect, visible, addressed, nearest, named, stating, answer
{dialect}
MATCH (o:Owner) WHERE o.uid IN $ask.owners
WITH sum(o.memories) AS size, $ask.me + reduce(all = [], some IN collect(o.speakers) | all + some) AS heard
WITH size, heard, {addressed} AS vector
CALL (heard, vector) {
  CALL (heard, vector) {
    WITH vector WHERE vector IS NOT NULL AND $ask.k > 0
    {nearest}
    RETURN m, 0 AS channel, score
    UNION ALL
    CALL db.index.fulltext.queryNodes('memory_words', $ask.words, {limit: $wide}) YIELD node AS m, score
    RETURN m, 1 AS channel, score
    UNION ALL
    WITH $ask.names AS keys
    {named}
    WITH e WHERE e.type <> 'CONCEPT' OR e.key CONTAINS ' '
    CALL (e) {
      MATCH (m:Memory)-[r:MENTIONS]->(e) WHERE m.owner_uid IN $ask.owners
      RETURN m, r.weight AS score ORDER BY score DESC, m.id LIMIT $wide
    }
    RETURN m, 2 AS channel, score
    UNION ALL
    {stating}
    RETURN m, 4 AS channel, vector.similarity.cosine(m.embedding, vector) AS score
    UNION ALL
    MATCH (m:Memory) WHERE m.owner_uid IN $ask.owners AND m.pin IS NOT NULL
    RETURN m, 3 AS channel, vector.similarity.cosine(m.trigger_embedding, vector) AS score
  }
  WITH m, channel, score WHERE {visible}
  WITH m, channel, score ORDER BY score DESC
  WITH channel, collect(m)[..2 * $ask.k + 64] AS best
  UNWIND best AS m
  RETURN collect(DISTINCT m) AS seeds
}
CALL (seeds) {
  UNWIND seeds AS s
  MATCH (s)-[:DERIVED_FROM]-(m:Memory) WHERE m.owner_uid IN $ask.owners
  RETURN collect(DISTINCT m) AS sources
}
CALL (size, seeds) {
  UNWIND seeds AS s
  WITH size, s WHERE $ask.reach > 0 AND s.position IS NULL
  WITH size, s, EXISTS { (s)-[about:MENTIONS]->(n:Entity) WHERE about.weight > $ask.title AND n.key IN $ask.names } AS asked
  MATCH (s)-[:MENTIONS]->(e:Entity) WHERE e.type <> 'CONCEPT' AND e.owner_uid IN $ask.owners
  WITH size, e, CASE WHEN any(one IN collect(asked) WHERE one) THEN 1 + $ask.ahead ELSE 1 END AS times
  WITH size, e, times, COUNT { (e)<-[:MENTIONS]-() } AS degree
  WHERE degree <= CASE WHEN $ask.hub * size > 20 THEN $ask.hub * size ELSE 20 END
  MATCH (e)<-[r:MENTIONS]-(m:Memory) WHERE m.owner_uid IN $ask.owners
  WITH m, sum(times * r.weight * log(1 + (size - degree + 0.5) / (degree + 0.5))) AS worth
  ORDER BY worth DESC, m.id LIMIT 2 * $ask.reach
  RETURN collect(m) AS shared
}
CALL (seeds, sources) {
  UNWIND seeds + sources AS s
  WITH DISTINCT s WHERE s.position IS NOT NULL
  MATCH (s)-[:NEXT*1..4]-(m:Memory)
  RETURN collect(DISTINCT m) AS turns
}
CALL () {
  UNWIND $ask.counted AS query
  CALL (query) {
    CALL db.index.fulltext.queryNodes('memory_words', query) YIELD node
    RETURN count(node) AS count
  }
  RETURN collect(count) AS holders
}
CALL () {
  MATCH (m:Memory) WHERE m.owner_uid IN $ask.owners
  WITH m LIMIT 1000
  RETURN avg(m.length) AS length
}
CALL (seeds, sources, shared, turns) {
  UNWIND seeds + sources + shared + turns AS m
  WITH DISTINCT m WHERE {visible}
  RETURN collect(m) AS found
}
{answer}
RETURN size, COLLECT { MATCH (s:Store {name: 'graphmem'}) RETURN [s.embedder, s.dim] } AS stamps, holders, length, memories, entities, relations
