-- Token vectors of memories by id.
-- params: tenant, ids
SELECT memory.id, token_vectors.dim, token_vectors.states
FROM memory JOIN token_vectors ON token_vectors.memory = memory.no
WHERE memory.tenant = :tenant AND memory.id IN (SELECT value FROM json_each(:ids))
