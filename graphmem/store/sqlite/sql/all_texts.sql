-- Every memory of every tenant.
-- slots: columns
SELECT {columns}, memory.tenant FROM memory ORDER BY memory.tenant, memory.id
