-- How many vectors memories have.
-- params: numbers
SELECT ifnull(sum(1 + (trigger_vector IS NOT NULL)), 0) FROM embedding
WHERE memory IN (SELECT value FROM json_each(:numbers))
