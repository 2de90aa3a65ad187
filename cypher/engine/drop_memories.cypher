// Remove memories with every edge at them; what they were.
// params: memories
UNWIND $memories AS uid
MATCH (m:Memory {uid: uid})
WITH m, m.id AS id, m.owner AS owner, m.session_id AS session, m.position AS position,
  CASE WHEN m.trigger_embedding IS NULL THEN 1 ELSE 2 END AS vectors
DETACH DELETE m
RETURN id, owner, session, position, vectors
