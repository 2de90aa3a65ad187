// Remove the relations that memories say; the ends of each.
// params: memories
UNWIND $memories AS uid
MATCH (m:Memory {uid: uid}) WHERE m.states IS NOT NULL
UNWIND m.states AS subject
WITH DISTINCT subject
MATCH (s:Entity {uid: subject})-[r]->(o:Entity) WHERE r.memory_uid IN $memories
WITH r, s.uid AS start, o.uid AS end
DELETE r
RETURN start, end
