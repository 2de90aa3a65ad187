// Token vectors of memories by uid, and the hash of the text that they are of.
// params: uids
MATCH (m:Memory) WHERE m.uid IN $uids AND m.token_states IS NOT NULL
RETURN m.id, m.hash, m.token_dim, m.token_states
