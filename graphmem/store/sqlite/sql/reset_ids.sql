-- The memories of a tenant, with their words.
-- params: tenant
SELECT id, terms FROM memory WHERE tenant = :tenant ORDER BY id
