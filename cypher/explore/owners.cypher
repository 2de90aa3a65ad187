// Whose memories there are: every user, organisation, agent and app of a tenant with the size of its memory, the
// largest first. Run it to find a value for $owner.
// :param {tenant: 'default'}
// params: tenant
MATCH (u:Owner {tenant: $tenant}) WHERE u.memories > 0
WITH u ORDER BY u.memories DESC, u.name LIMIT 100
CALL (u) {
  MATCH (m:Memory) WHERE m.owner_uid = u.uid
  RETURN count(CASE WHEN m:Turn THEN 1 END) AS turns, count(CASE WHEN m:SessionNote THEN 1 END) AS notes,
    count(CASE WHEN m:UserFact OR m:OrgFact THEN 1 END) AS facts, max(m.created_at) AS last_written
}
RETURN u.name AS owner, u.memories AS memories, turns, notes, facts,
  COUNT { MATCH (e:Entity) WHERE e.owner_uid = u.uid AND e.key IS NOT NULL } AS entities, last_written
