// What is already there of all that an Ask names. Versions are read first, so that the rest is no older than they
// are: what another writer changes meanwhile is a conflict later.
// All parameters are one map: the server keeps one plan for it, and one for every length of a list that stands alone.
// params: ask
// slots: item, entity, relation, fact
CALL () {
  MATCH (o:Owner) WHERE o.uid IN $ask.owners
  RETURN collect([o.name, o.version, o.memories]) AS owners
}
CALL (owners) {
  WITH owners WHERE owners IS NOT NULL
  MATCH (m:Memory) WHERE m.uid IN $ask.uids
  RETURN collect([{item}]) AS items
}
// Entities by key, by the first word of one, or by alias.
CALL (owners) {
  WITH owners WHERE owners IS NOT NULL
  UNWIND $ask.named AS asked
  CALL (asked) {
    MATCH (e:Entity) WHERE e.owner_uid = asked.owner AND e.key IN asked.keys
    RETURN e
    UNION
    MATCH (e:Entity) WHERE e.owner_uid = asked.owner AND e.first IN asked.firsts AND e.type <> 'CONCEPT'
    RETURN e
    UNION
    UNWIND asked.queries AS query
    CALL db.index.fulltext.queryNodes('entity_aliases', query) YIELD node AS e
    RETURN e
  }
  RETURN collect([{entity}, COUNT { (e)<-[:MENTIONS]-() }]) AS entities
}
// The open relations of those that go by a key or an alias.
CALL (owners) {
  WITH owners WHERE owners IS NOT NULL
  UNWIND $ask.subjects AS asked
  CALL (asked) {
    MATCH (s:Entity) WHERE s.owner_uid = asked.owner AND s.key IN asked.keys
    RETURN s
    UNION
    UNWIND asked.queries AS query
    CALL db.index.fulltext.queryNodes('entity_aliases', query) YIELD node AS s
    RETURN s
  }
  MATCH (s)-[r]->(o:Entity) WHERE r.valid_to IS NULL
  RETURN collect([{relation}]) AS relations
}
CALL (owners) {
  WITH owners WHERE owners IS NOT NULL
  UNWIND $ask.sessions AS session
  CALL (session) {
    MATCH (m:Memory) WHERE m.session_uid = session AND m.position IS NOT NULL
    RETURN max(m.position) AS last
  }
  OPTIONAL MATCH (s:Session {uid: session})
  RETURN collect([session, last, toString(s.last_activity)]) AS sessions
}
// The nearest facts of owners who have few memories, exactly.
CALL (owners) {
  WITH owners WHERE owners IS NOT NULL
  UNWIND $ask.near AS asked
  MATCH (o:Owner {uid: asked.owner}) WHERE o.memories <= $ask.small
  CALL (asked) {
    MATCH (m:Memory) WHERE m.owner_uid = asked.owner AND {fact}
    RETURN collect([m, m.embedding]) AS facts
  }
  UNWIND range(0, size(asked.vectors) - 1) AS at
  CALL (asked, facts, at) {
    UNWIND facts AS one
    WITH one[0] AS m, 2 * vector.similarity.cosine(one[1], asked.vectors[at]) - 1 AS cosine
    ORDER BY round(cosine, 6) DESC, m.id LIMIT $ask.nearest
    RETURN collect([[{item}], cosine]) AS found
  }
  RETURN collect([asked.owner, at, found]) AS near
}
RETURN owners, items, entities, relations, sessions, near
