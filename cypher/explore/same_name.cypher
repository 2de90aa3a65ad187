// Entities of an owner whose names begin alike: one person under two names, or two under one.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (e:Entity) WHERE e.owner_uid = u.uid AND e.first IS NOT NULL
WITH e.first AS first, e ORDER BY e.key
WITH first, collect(e.name + ' (' + e.type + ')') AS names WHERE size(names) > 1
RETURN first, names
ORDER BY size(names) DESC, first LIMIT 100
