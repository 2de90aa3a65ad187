// Where a question has several answers today: relations of one type that lead from an entity to several others. Fine
// for friends, a sign of a fact that was never closed for homes and employers.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (s:Entity)-[r]->(o:Entity)
WHERE s.owner_uid = u.uid AND s.key IS NOT NULL AND (r.valid_to IS NULL OR r.valid_to > datetime())
WITH s, type(r) AS relation, collect(DISTINCT o.name) AS answers WHERE size(answers) > 1
RETURN s.name AS entity, relation, answers
ORDER BY size(answers) DESC, entity, relation LIMIT 100
