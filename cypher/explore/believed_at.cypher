// What was true at a date, by all that is known today: facts that held then, those included that have ended since.
// Run it when an old answer looks wrong now.
// :param {tenant: 'default', owner: 'user:alex', date: '2024-03-15'}
// params: tenant, owner, date
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (m:Memory) WHERE m.owner_uid = u.uid AND NOT m:Turn
  AND m.valid_from <= datetime($date) AND (m.valid_to IS NULL OR m.valid_to > datetime($date))
RETURN date(m.valid_from) AS since, date(m.valid_to) AS until, m.layer AS layer, m.text AS fact
ORDER BY m.valid_from DESC, m.id LIMIT 200
