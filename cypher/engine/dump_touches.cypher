// When sessions of a tenant were last active.
// params: tenant
MATCH (s:Session) WHERE s.tenant = $tenant AND s.last_activity IS NOT NULL
RETURN s.owner, s.id, toString(s.last_activity), s.uid
