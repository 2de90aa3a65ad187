// Counts of one tenant.
// params: tenant, now
CALL () {
  MATCH (m:Memory) WHERE m.tenant = $tenant AND m.created_at IS NOT NULL
  WITH m.layer AS layer, count(*) AS memories, count(m.superseded_by) AS superseded,
    count(CASE WHEN m.expires_at <= $now THEN 1 END) AS expired
  RETURN collect([layer, memories, superseded, expired]) AS layers
}
CALL () {
  MATCH (e:Entity) WHERE e.tenant = $tenant
  RETURN count(*) AS entities, sum(COUNT { (e)-->() }) AS relations, sum(COUNT { (e)<-[:MENTIONS]-() }) AS mentions
}
CALL () {
  MATCH (o:Owner) WHERE o.tenant = $tenant AND o.memories > 0
  RETURN count(*) AS owners
}
CALL () {
  MATCH (s:Session) WHERE s.tenant = $tenant AND EXISTS { (s)<-[:IN_SESSION]-() }
  RETURN count(*) AS sessions
}
RETURN layers, entities, relations, mentions, owners, sessions
