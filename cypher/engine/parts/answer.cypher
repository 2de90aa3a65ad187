// What there is to say about the memories `found`: their signals against `vector`, the entities that they name
// (`many`: how many memories of all name each), and the relations that they state.
// params: ask
// slots: item, many, holds
CALL (found, vector) {
  UNWIND found AS m
  RETURN collect([{item}, m.session_uid, m.speaker, m.label_bits, m.question, m.length,
    2 * vector.similarity.cosine(m.embedding, vector) - 1,
    2 * vector.similarity.cosine(m.trigger_embedding, vector) - 1,
    [term IN $ask.spaced | size(split(m.words, term)) - 1],
    [(m)-[:DERIVED_FROM]->(turn) | turn.id]]) AS memories
}
CALL (found) {
  UNWIND range(0, size(found) - 1) AS n
  WITH n, found[n] AS m
  MATCH (m)-[r:MENTIONS]->(e:Entity) WHERE e.owner_uid IN $ask.owners
  WITH e, collect(n) AS rows, collect(r.weight) AS weights
  RETURN collect([e.id, e.key, e.name, e.type = 'CONCEPT',
    e.key IN $ask.names OR any(alias IN e.aliases WHERE alias IN $ask.names), rows, weights, {many}]) AS entities
}
CALL (found) {
  UNWIND found AS said
  UNWIND said.states AS uid
  WITH collect(DISTINCT uid) AS subjects, collect(DISTINCT said.uid) AS sayers
  MATCH (s:Entity) WHERE s.uid IN subjects
  MATCH (s)-[r]->(object:Entity)
  WHERE r.memory_uid IN sayers AND {holds}
  RETURN collect([s.id, type(r), object.id, r.memory_id]) AS relations
}
