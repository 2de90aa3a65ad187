-- Remove the mentions of memories.
-- params: numbers
DELETE FROM mention WHERE memory IN (SELECT value FROM json_each(:numbers))
