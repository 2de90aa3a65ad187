// Facts that say nearly the same, by their vectors: candidates for a merge. Among an owner's newest 500 facts.
// :param {tenant: 'default', owner: 'user:alex', least: 0.6}
// params: tenant, owner, least
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (m:Memory) WHERE m.owner_uid = u.uid AND NOT m:Turn AND m.superseded_by IS NULL
WITH m ORDER BY m.created_at DESC, m.id LIMIT 500
WITH collect(m) AS facts
UNWIND facts AS a
UNWIND facts AS b
WITH a, b WHERE a.id < b.id
WITH a, b, 2 * vector.similarity.cosine(a.embedding, b.embedding) - 1 AS cosine WHERE cosine >= $least
RETURN round(cosine, 3) AS cosine, a.text AS one, b.text AS other
ORDER BY cosine DESC, one, other LIMIT 50
