// One question: the memories that may answer it, with their raw signals, and the graph among them.
// A caller who owns few memories has all of them compared, exactly. For one who owns many, the indexes name the
// seeds, and the graph around those comes along. Either way it is one statement and one trip.
// params: owners, me, small, addressed, vector, spaced, words, counted, names, aliases, now, as_of, superseded, k, wide, reach, hub
// slots: dialect, item, visible, nearest
{dialect}
MATCH (o:Owner) WHERE o.uid IN $owners
WITH sum(o.memories) AS size, reduce(all = [], some IN collect(o.speakers) | all + some) AS speakers
CALL (size) {
  WITH size WHERE size <= $small
  MATCH (m:Memory) WHERE m.owner_uid IN $owners AND {visible}
  RETURN collect(m) AS every
}
// People say "I" of themselves: the question is compared as the one whom it names would put it.
WITH size, every, $me + CASE WHEN size <= $small
  THEN [m IN every WHERE m.position IS NOT NULL AND m.speaker IS NOT NULL | m.speaker]
  ELSE speakers END AS heard
WITH size, every, head([one IN $addressed WHERE any(who IN heard WHERE one.name IN split(who, ' ')
  OR who IN split(one.name, ' ') OR size(one.short) > 2 AND replace(who, ' ', '') STARTS WITH one.short)
  | one.vector] + [$vector]) AS vector
CALL (size, vector) {
  WITH size, vector WHERE size > $small
  CALL (vector) {
    WITH vector WHERE vector IS NOT NULL AND $k > 0
    CALL (vector) {
      {nearest}
    }
    RETURN m
    UNION
    CALL db.index.fulltext.queryNodes('memory_words', $words, {limit: $wide}) YIELD node AS m, score
    WITH m, score WHERE {visible}
    WITH m ORDER BY score DESC LIMIT 2 * $k
    RETURN m
    UNION
    CALL () {
      MATCH (e:Entity) WHERE e.owner_uid IN $owners AND e.key IN $names
      RETURN e
      UNION
      CALL db.index.fulltext.queryNodes('entity_aliases', $aliases) YIELD node AS e
      RETURN e
    }
    WITH e WHERE e.type <> 'CONCEPT' OR e.key CONTAINS ' '
    CALL (e) {
      MATCH (m:Memory)-[r:MENTIONS]->(e) WHERE m.owner_uid IN $owners AND {visible}
      RETURN m ORDER BY r.weight DESC, m.id LIMIT $k
    }
    RETURN m
    UNION
    MATCH (m:Memory) WHERE m.owner_uid IN $owners AND m.pin IS NOT NULL AND {visible}
    RETURN m
  }
  WITH size, collect(DISTINCT m) AS seeds
  CALL (seeds) {
    UNWIND seeds AS s
    MATCH (s)-[:DERIVED_FROM]-(m:Memory) WHERE m.owner_uid IN $owners AND {visible}
    RETURN collect(DISTINCT m) AS sources
  }
  CALL (size, seeds) {
    UNWIND seeds AS s
    WITH size, s WHERE $reach > 0 AND s.position IS NULL
    MATCH (s)-[:MENTIONS]->(e:Entity) WHERE e.type <> 'CONCEPT' AND e.owner_uid IN $owners
    WITH DISTINCT size, e, COUNT { (e)<-[:MENTIONS]-() } AS degree
    WHERE degree <= CASE WHEN $hub * size > 20 THEN $hub * size ELSE 20 END
    MATCH (e)<-[r:MENTIONS]-(m:Memory) WHERE m.owner_uid IN $owners AND {visible}
    WITH m, sum(r.weight * log(1 + (size - degree + 0.5) / (degree + 0.5))) AS worth
    ORDER BY worth DESC, m.id LIMIT 2 * $reach
    RETURN collect(m) AS shared
  }
  CALL (seeds, sources) {
    UNWIND seeds + sources AS s
    WITH DISTINCT s WHERE s.position IS NOT NULL
    MATCH (s)-[:NEXT*1..4]-(m:Memory) WHERE {visible}
    RETURN collect(DISTINCT m) AS turns
  }
  UNWIND seeds + sources + shared + turns AS m
  RETURN collect(DISTINCT m) AS some
}
CALL (size) {
  UNWIND CASE WHEN size > $small THEN $counted ELSE [] END AS query
  CALL (query) {
    CALL db.index.fulltext.queryNodes('memory_words', query) YIELD node
    RETURN count(node) AS holders
  }
  RETURN collect(holders) AS holders
}
CALL (size) {
  WITH size WHERE size > $small
  MATCH (m:Memory) WHERE m.owner_uid IN $owners
  WITH m LIMIT 1000
  RETURN avg(m.length) AS length
}
WITH size, holders, length, vector, every + some AS found
CALL (found, vector) {
  UNWIND found AS m
  RETURN collect([{item}, m.session_uid, m.speaker, m.label_bits, m.question, m.length,
    2 * vector.similarity.cosine(m.embedding, vector) - 1,
    2 * vector.similarity.cosine(m.trigger_embedding, vector) - 1,
    [term IN $spaced | size(split(m.words, term)) - 1],
    [(m)-[:DERIVED_FROM]->(turn) | turn.id]]) AS memories
}
CALL (size, found) {
  UNWIND range(0, size(found) - 1) AS n
  WITH size, n, found[n] AS m
  MATCH (m)-[r:MENTIONS]->(e:Entity) WHERE e.owner_uid IN $owners
  WITH size, e, collect(n) AS rows, collect(r.weight) AS weights
  RETURN collect([e.id, e.key, e.name, e.type = 'CONCEPT',
    e.key IN $names OR any(alias IN e.aliases WHERE alias IN $names), rows, weights,
    CASE WHEN size > $small THEN COUNT { (e)<-[:MENTIONS]-() } END]) AS entities
}
CALL (found) {
  UNWIND found AS said
  UNWIND said.states AS uid
  WITH collect(DISTINCT uid) AS subjects, collect(DISTINCT said.uid) AS sayers
  MATCH (s:Entity) WHERE s.uid IN subjects
  MATCH (s)-[r]->(object:Entity)
  WHERE r.memory_uid IN sayers AND CASE WHEN $as_of IS NOT NULL
    THEN (r.valid_from IS NULL OR r.valid_from <= $as_of) AND (r.valid_to IS NULL OR r.valid_to > $as_of)
    ELSE $superseded OR r.valid_to IS NULL OR r.valid_to > $now END
  RETURN collect([s.id, type(r), object.id, r.memory_id]) AS relations
}
RETURN size, holders, length, memories, entities, relations
