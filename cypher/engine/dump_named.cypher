// The entities that memories name, or of which they say something.
// params: uids
UNWIND $uids AS uid
MATCH (m:Memory {uid: uid})
CALL (m) {
  MATCH (m)-[:MENTIONS]->(e:Entity)
  RETURN e
  UNION
  UNWIND m.states AS subject
  MATCH (s:Entity {uid: subject})-[r]->(o:Entity) WHERE r.memory_uid = m.uid
  UNWIND [s, o] AS e
  RETURN e
}
RETURN DISTINCT e.id, e.uid
