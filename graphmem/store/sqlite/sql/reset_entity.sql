-- Remove every row of a tenant from table entity.
-- params: tenant
DELETE FROM entity WHERE tenant = :tenant
