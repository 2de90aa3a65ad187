// Remove some memories of a tenant, with every edge at them: the id of each, its vectors and mentions.
// params: tenant, limit
MATCH (m:Memory) WHERE m.tenant = $tenant AND m.created_at IS NOT NULL
WITH m LIMIT $limit
WITH m, m.id AS id, CASE WHEN m.trigger_embedding IS NULL THEN 1 ELSE 2 END AS vectors,
  COUNT { (m)-[:MENTIONS]->() } AS mentions
DETACH DELETE m
RETURN id, vectors, mentions
