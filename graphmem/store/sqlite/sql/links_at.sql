-- Every link that starts or ends at these memories.
-- params: numbers
SELECT link.type, s.no, s.id, so.name, t.no, t.id, tow.name
FROM link
JOIN memory AS s ON s.no = link.source JOIN owner AS so ON so.no = s.owner
JOIN memory AS t ON t.no = link.target JOIN owner AS tow ON tow.no = t.owner
WHERE link.source IN (SELECT value FROM json_each(:numbers))
   OR link.target IN (SELECT value FROM json_each(:numbers))
