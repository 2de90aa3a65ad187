// Which types of relations there are, how many say so, how many of them have ended, and an example of each.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (s:Entity)-[r]->(o:Entity) WHERE s.owner_uid = u.uid AND s.key IS NOT NULL
WITH type(r) AS type, count(r) AS relations, count(r.valid_to) AS ended, min(s.name + ' → ' + o.name) AS example
RETURN type, relations, ended, example
ORDER BY relations DESC, type LIMIT 100
