// One page of a tenant's history, the last written first.
// params: tenant, skip, limit
// slots: event
MATCH (c:Change) WHERE c.tenant = $tenant AND c.seq IS NOT NULL
WITH c ORDER BY c.seq DESC SKIP $skip LIMIT $limit
RETURN {event}
