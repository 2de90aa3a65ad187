// Remove the history of a tenant; how many events held words.
// params: tenant
MATCH (c:Change) WHERE c.tenant = $tenant AND c.seq IS NOT NULL
WITH c, CASE WHEN c.text IS NOT NULL OR c.previous IS NOT NULL THEN 1 ELSE 0 END AS worded
DELETE c
RETURN sum(worded)
