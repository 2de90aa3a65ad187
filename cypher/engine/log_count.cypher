// How long a tenant's history is.
// params: tenant
MATCH (c:Change) WHERE c.tenant = $tenant AND c.seq IS NOT NULL
RETURN count(*)
