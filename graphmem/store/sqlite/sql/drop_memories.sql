-- Remove memories.
-- params: numbers
DELETE FROM memory WHERE no IN (SELECT value FROM json_each(:numbers))
