-- Remove the vectors of memories.
-- params: numbers
DELETE FROM embedding WHERE memory IN (SELECT value FROM json_each(:numbers))
