// Remove the mentions of memories; the entity of each.
// params: memories
UNWIND $memories AS uid
MATCH (:Memory {uid: uid})-[n:MENTIONS]->(e:Entity)
WITH n, e.uid AS entity
DELETE n
RETURN entity
