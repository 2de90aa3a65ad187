-- The turns that the links of these memories lead to.
-- params: numbers
SELECT link.source, memory.id FROM link JOIN memory ON memory.no = link.target
WHERE link.type = 'DERIVED_FROM' AND link.source IN (SELECT value FROM json_each(:numbers))
ORDER BY link.source, memory.id
