// The entities of a tenant: id and uid.
// params: tenant
MATCH (e:Entity) WHERE e.tenant = $tenant
RETURN e.id, e.uid
