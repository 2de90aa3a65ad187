-- Remove every row of a tenant from table token_vectors.
-- params: tenant
DELETE FROM token_vectors WHERE memory IN (SELECT no FROM memory WHERE tenant = :tenant)
