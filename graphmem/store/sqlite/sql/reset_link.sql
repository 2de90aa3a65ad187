-- Remove every row of a tenant from table link.
-- params: tenant
DELETE FROM link WHERE source IN (SELECT no FROM memory WHERE tenant = :tenant)
