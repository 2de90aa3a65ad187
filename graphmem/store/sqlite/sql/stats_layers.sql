-- How many memories of a tenant stand in each layer.
-- params: tenant
SELECT layer, count(*) FROM memory WHERE tenant = :tenant GROUP BY layer
