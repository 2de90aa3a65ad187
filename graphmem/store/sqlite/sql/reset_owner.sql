-- Remove every row of a tenant from table owner.
-- params: tenant
DELETE FROM owner WHERE tenant = :tenant
