// The memories `m` that state a relation which the question asks for, of the one whom it is about, and those that say
// who that is; in the first person that is whoever asks, or was `heard`.
// params: ask
// slots: holds, named
WITH $ask.names + CASE WHEN $ask.own THEN heard ELSE [] END AS keys WHERE size($ask.asked) > 0
{named}
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
