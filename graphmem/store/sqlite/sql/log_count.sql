-- How long a tenant's history is.
-- params: tenant
SELECT count(*) FROM event WHERE tenant = :tenant
