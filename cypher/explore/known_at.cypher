// What the memory itself knew at a moment: facts that had been written by then, and whose end it had not learned of
// yet. The other clock than that of believed_at; run it to see why an answer was given as it was.
// :param {tenant: 'default', owner: 'user:alex', moment: '2100-01-01'}
// params: tenant, owner, moment
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (m:Memory) WHERE m.owner_uid = u.uid AND NOT m:Turn
  AND m.created_at <= datetime($moment) AND (m.expired_at IS NULL OR m.expired_at > datetime($moment))
RETURN m.created_at AS learned, date(m.valid_from) AS since, m.layer AS layer, m.text AS fact
ORDER BY m.created_at DESC, m.id LIMIT 200
