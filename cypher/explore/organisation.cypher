// An organisation, who belongs to it, and the sessions in which they spoke. Open it as a graph.
// :param {tenant: 'default', org: 'aurora-audio'}
// params: tenant, org
MATCH (g:Owner {tenant: $tenant, name: 'org:' + $org})
OPTIONAL MATCH (u:User)-[belongs:MEMBER_OF]->(g)
WITH g, belongs, u ORDER BY u.memories DESC, u.name LIMIT 50
OPTIONAL MATCH (s:Session)-[of:OF_USER]->(u)
RETURN g, belongs, u, of, s LIMIT 200
