// What is believed today: facts that nothing has superseded and that have not ended or expired, newest first.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (m:Memory) WHERE m.owner_uid = u.uid AND NOT m:Turn AND m.superseded_by IS NULL
  AND (m.valid_to IS NULL OR m.valid_to > datetime()) AND (m.expires_at IS NULL OR m.expires_at > datetime())
RETURN date(m.valid_from) AS since, m.layer AS layer, m.name AS about, m.text AS fact, m.categories AS categories,
  COUNT { (m)-[:DERIVED_FROM]->() } AS sources
ORDER BY m.valid_from DESC, m.id LIMIT 200
