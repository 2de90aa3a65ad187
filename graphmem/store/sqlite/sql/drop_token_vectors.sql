-- Remove the token vectors of memories.
-- params: numbers
DELETE FROM token_vectors WHERE memory IN (SELECT value FROM json_each(:numbers))
