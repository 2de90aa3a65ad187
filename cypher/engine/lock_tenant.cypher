// Keep every writer of a tenant waiting.
// params: tenant
MATCH (o:Owner) WHERE o.tenant = $tenant
WITH o ORDER BY o.uid
SET o.version = o.version + 1
RETURN count(*)
