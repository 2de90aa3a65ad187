-- Remove the relations that rest on memories.
-- params: numbers
DELETE FROM relation WHERE memory IN (SELECT value FROM json_each(:numbers))
