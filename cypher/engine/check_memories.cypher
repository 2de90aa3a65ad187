// Memories past their time, facts without a raw turn to rest on, vectors of a wrong size, and token vectors of no
// raw turn: how many of each.
// params: now
OPTIONAL MATCH (store:Store {name: 'graphmem'})
WITH store.dim AS dim
MATCH (m:Memory)
RETURN
  count(CASE WHEN m.expires_at <= $now THEN 1 END),
  count(CASE WHEN m.layer <> 'conversation' AND NOT m.id IN m.sources AND NOT EXISTS { (m)-[:DERIVED_FROM]->() }
    THEN 1 END),
  count(CASE WHEN dim IS NOT NULL AND coalesce(size(m.embedding), 0) <> dim THEN 1 END),
  count(CASE WHEN (m.token_states IS NOT NULL AND m.layer <> 'conversation')
    OR (m.token_states IS NULL) <> (m.token_dim IS NULL) THEN 1 END)
