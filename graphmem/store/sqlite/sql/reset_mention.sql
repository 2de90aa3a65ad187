-- Remove every row of a tenant from table mention.
-- params: tenant
DELETE FROM mention WHERE memory IN (SELECT no FROM memory WHERE tenant = :tenant)
