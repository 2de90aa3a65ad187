-- Remove every row of a tenant from table session.
-- params: tenant
DELETE FROM session WHERE owner IN (SELECT no FROM owner WHERE tenant = :tenant)
