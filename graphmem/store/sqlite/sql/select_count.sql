-- How many memories a condition chooses.
-- params: tenant
-- slots: condition
SELECT count(*) FROM memory WHERE memory.tenant = :tenant AND {condition}
