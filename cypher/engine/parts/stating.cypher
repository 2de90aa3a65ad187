// The memories `m` that state a relation which the question asks for, of the one whom it is about, and those that say
// who that is; in the first person that is whoever asks, or was `heard`.
// params: ask
// slots: holds
WITH heard WHERE size($ask.asked) > 0
CALL (heard) {
  WITH $ask.names + CASE WHEN $ask.own THEN heard ELSE [] END AS keys
  MATCH (e:Entity) WHERE e.owner_uid IN $ask.owners AND e.key IN keys
  RETURN e
  UNION
  CALL db.index.fulltext.queryNodes('entity_aliases', $ask.aliases) YIELD node AS e
  RETURN e
}
CALL (e) {
  WITH e WHERE size($ask.through) = 0
  RETURN e AS subject, [] AS led
  UNION
  MATCH (e)-[r:$any($ask.through)]->(subject:Entity) WHERE {holds}
  RETURN subject, [r.memory_uid] AS led
}
MATCH (subject)-[r:$any($ask.asked)]->(:Entity) WHERE {holds}
UNWIND led + r.memory_uid AS uid
MATCH (m:Memory {uid: uid}) WHERE m.owner_uid IN $ask.owners
WITH DISTINCT m
