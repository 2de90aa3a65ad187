-- Remove every row of a tenant from table relation.
-- params: tenant
DELETE FROM relation WHERE tenant = :tenant
