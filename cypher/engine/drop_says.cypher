// Memories say nothing of entities any more.
// params: memories
UNWIND $memories AS uid
MATCH (m:Memory {uid: uid})
REMOVE m.states, m.says
