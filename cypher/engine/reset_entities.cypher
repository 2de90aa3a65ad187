// Remove the entities of a tenant with their relations; how many of each.
// params: tenant
MATCH (e:Entity) WHERE e.tenant = $tenant
WITH e, COUNT { (e)-->() } AS relations
DETACH DELETE e
RETURN count(*), sum(relations)
