// The entities of a caller that a memory which the caller sees names, or says something of: each with how many name it.
// params: owners
// slots: among, seen, entity
MATCH (e:Entity) WHERE {among} AND e.owner_uid IN $owners
WITH e, COUNT { MATCH (m:Memory)-[:MENTIONS]->(e) WHERE {seen} } AS mentions
WHERE mentions > 0 OR EXISTS {
  MATCH (e)-[r]-(o:Entity) WHERE o.owner_uid IN $owners
  MATCH (m:Memory {uid: r.memory_uid}) WHERE {seen}
}
RETURN {entity}, mentions, e.uid
