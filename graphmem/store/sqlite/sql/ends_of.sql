-- The entities that memories name or that relations resting on them join.
-- params: numbers
SELECT entity FROM mention WHERE memory IN (SELECT value FROM json_each(:numbers))
UNION SELECT subject FROM relation WHERE memory IN (SELECT value FROM json_each(:numbers))
UNION SELECT object FROM relation WHERE memory IN (SELECT value FROM json_each(:numbers))
