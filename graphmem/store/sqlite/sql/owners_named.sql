-- Owners by name, with what tells a copy that it is old.
-- params: tenant, names
SELECT name, no, version, stamp, removed FROM owner
WHERE tenant = :tenant AND name IN (SELECT value FROM json_each(:names))
