// Remove token vectors of no raw turn, or without their size; how many.
MATCH (m:Memory)
WHERE (m.token_states IS NOT NULL AND m.layer <> 'conversation')
  OR (m.token_states IS NULL) <> (m.token_dim IS NULL)
SET m.token_states = null, m.token_dim = null
RETURN count(m)
