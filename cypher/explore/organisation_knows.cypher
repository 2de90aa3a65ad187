// What an organisation and its people know in common: people, places and things of one name in several of their memories, and what is
// said of them today. Each owner keeps its own node; the name joins them here.
// :param {tenant: 'default', org: 'aurora-audio'}
// params: tenant, org
MATCH (g:Owner {tenant: $tenant, name: 'org:' + $org})
WITH [g] + COLLECT { MATCH (u:User)-[:MEMBER_OF]->(g) RETURN u ORDER BY u.name LIMIT 100 } AS owners
UNWIND owners AS u
MATCH (e:Entity) WHERE e.owner_uid = u.uid AND e.key IS NOT NULL AND e.type <> 'CONCEPT'
WITH e.key AS key, min(e.name) AS entity, collect(DISTINCT u.name) AS known_by, collect(e) AS nodes
WHERE size(known_by) > 1
RETURN entity, known_by, reduce(sum = 0, e IN nodes | sum + COUNT { (e)<-[:MENTIONS]-() }) AS memories,
  COLLECT {
    UNWIND nodes AS e
    MATCH (e)-[r]->(o:Entity) WHERE r.valid_to IS NULL OR r.valid_to > datetime()
    RETURN DISTINCT type(r) + ' ' + o.name AS said ORDER BY said LIMIT 10
  } AS said
ORDER BY size(known_by) DESC, memories DESC, entity LIMIT 50
