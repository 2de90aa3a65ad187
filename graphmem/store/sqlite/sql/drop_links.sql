-- Remove every link at memories.
-- params: numbers
DELETE FROM link
WHERE source IN (SELECT value FROM json_each(:numbers)) OR target IN (SELECT value FROM json_each(:numbers))
