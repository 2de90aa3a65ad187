-- Memories by id.
-- params: tenant, ids
-- slots: columns
SELECT {columns} FROM memory WHERE tenant = :tenant AND id IN (SELECT value FROM json_each(:ids))
