// The relations that rest on memories.
// params: uids
// slots: relation
UNWIND $uids AS uid
MATCH (m:Memory {uid: uid})
UNWIND m.states AS subject
MATCH (s:Entity {uid: subject})-[r]->(o:Entity) WHERE r.memory_uid = uid
RETURN {relation}
