-- Remove every row of a tenant from table event.
-- params: tenant
DELETE FROM event WHERE tenant = :tenant
