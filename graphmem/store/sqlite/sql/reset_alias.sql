-- Remove every row of a tenant from table alias.
-- params: tenant
DELETE FROM alias WHERE entity IN (SELECT no FROM entity WHERE tenant = :tenant)
