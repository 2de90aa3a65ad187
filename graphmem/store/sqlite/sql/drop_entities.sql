-- Remove entities.
-- params: numbers
DELETE FROM entity WHERE no IN (SELECT value FROM json_each(:numbers))
