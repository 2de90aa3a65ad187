-- Remove every row of a tenant from table memory.
-- params: tenant
DELETE FROM memory WHERE tenant = :tenant
