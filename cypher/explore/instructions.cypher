// Standing instructions and preferences: what is considered in every search, and the clause that says when it applies.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (m:Memory) WHERE m.owner_uid = u.uid AND m.pin IS NOT NULL AND m.superseded_by IS NULL
  AND (m.expires_at IS NULL OR m.expires_at > datetime())
RETURN m.pin AS kind, m.text AS memory, m.trigger AS applies, date(m.valid_from) AS since
ORDER BY kind, m.valid_from DESC, m.id LIMIT 100
