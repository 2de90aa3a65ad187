// What the memories that a caller sees name among these entities, and the uid of each memory.
// params: entities
// slots: seen, mention
UNWIND $entities AS uid
MATCH (e:Entity {uid: uid})<-[n:MENTIONS]-(m:Memory) WHERE {seen}
RETURN {mention}, m.uid
