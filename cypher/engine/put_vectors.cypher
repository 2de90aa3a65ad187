// New vectors of memories.
// params: rows
UNWIND $rows AS row
MATCH (m:Memory {uid: row.uid})
SET m.embedding = row.vector, m.trigger_embedding = row.trigger
