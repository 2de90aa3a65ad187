-- Memories with everything that is indexed, by id.
-- params: tenant
-- slots: columns, condition
SELECT {columns}, memory.labels, memory.question, memory.terms, embedding.vector, embedding.trigger_vector,
  token_vectors.dim, token_vectors.states
FROM memory JOIN embedding ON embedding.memory = memory.no
  LEFT JOIN token_vectors ON token_vectors.memory = memory.no
WHERE memory.tenant = :tenant AND {condition} ORDER BY memory.id
