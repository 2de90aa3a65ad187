// Remove the owners of a tenant.
// params: tenant
MATCH (o:Owner) WHERE o.tenant = $tenant
DETACH DELETE o
