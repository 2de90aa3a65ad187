// What the memories that a caller sees say of these entities and each other.
// params: entities
// slots: seen, relation
UNWIND $entities AS uid
MATCH (s:Entity {uid: uid})-[r]->(o:Entity) WHERE o.uid IN $entities
MATCH (m:Memory {uid: r.memory_uid}) WHERE {seen}
RETURN {relation}
