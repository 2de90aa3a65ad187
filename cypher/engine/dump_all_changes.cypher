// The history of a tenant: the place of each event, and its node.
// params: tenant
MATCH (c:Change) WHERE c.tenant = $tenant AND c.seq IS NOT NULL
RETURN c.seq, elementId(c)
