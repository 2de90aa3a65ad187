// The entities of a caller that a relation or a shared memory joins to these.
// params: entities, owners
// slots: seen
UNWIND $entities AS uid
MATCH (e:Entity {uid: uid})
CALL (e) {
  MATCH (e)<-[:MENTIONS]-(m:Memory)-[:MENTIONS]->(o:Entity) WHERE o.owner_uid IN $owners AND {seen}
  RETURN o
  UNION
  MATCH (e)-[r]-(o:Entity) WHERE o.owner_uid IN $owners
  MATCH (m:Memory {uid: r.memory_uid}) WHERE {seen}
  RETURN o
}
RETURN DISTINCT o.uid
