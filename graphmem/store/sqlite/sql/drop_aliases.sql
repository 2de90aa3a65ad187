-- Forget the keys of entities.
-- params: numbers
DELETE FROM alias WHERE entity IN (SELECT value FROM json_each(:numbers))
