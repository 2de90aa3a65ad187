// The life of an entity as relations with their dates: where it lived and worked, whom it knows; what has ended comes
// with its end, and with the number of memories that say so.
// :param {tenant: 'default', owner: 'user:alex', name: 'Alex'}
// params: tenant, owner, name
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (e:Entity) WHERE e.owner_uid = u.uid AND e.key IS NOT NULL AND toLower($name) IN [e.key] + coalesce(e.aliases, [])
MATCH (e)-[r]->(o:Entity)
WITH type(r) AS relation, o.name AS object, r.valid_to AS until, min(r.valid_from) AS since, count(r) AS said
RETURN relation, object, date(since) AS since, date(until) AS until, said
ORDER BY since, relation, object LIMIT 200
