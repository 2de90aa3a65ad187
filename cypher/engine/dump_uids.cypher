// The memories of a tenant that a condition chooses: id, uid, and the session of each.
// params: tenant
// slots: condition
MATCH (m:Memory) WHERE m.tenant = $tenant AND m.created_at IS NOT NULL AND {condition}
OPTIONAL MATCH (m)-[:IN_SESSION]->(s:Session)
RETURN m.id, m.uid, s.uid
