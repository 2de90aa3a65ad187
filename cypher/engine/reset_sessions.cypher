// Remove the sessions of a tenant.
// params: tenant
MATCH (s:Session) WHERE s.tenant = $tenant
DETACH DELETE s
