-- Remove every row of a tenant from table embedding.
-- params: tenant
DELETE FROM embedding WHERE memory IN (SELECT no FROM memory WHERE tenant = :tenant)
