// What a write must know of memories that it names.
// params: memories
UNWIND $memories AS uid
MATCH (m:Memory {uid: uid})
RETURN m.id, m.owner, m.session_id, m.position, m.sources, m.states, m.says,
  COLLECT { MATCH (m)-[:DERIVED_FROM]->(t:Memory) RETURN t.id ORDER BY t.id }
