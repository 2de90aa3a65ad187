// New vectors of memories; token vectors that are not given anew go.
// params: rows
UNWIND $rows AS row
MATCH (m:Memory {uid: row.uid})
SET m.embedding = row.vector, m.trigger_embedding = row.trigger,
  m.token_dim = row.token_dim, m.token_states = row.token_states
