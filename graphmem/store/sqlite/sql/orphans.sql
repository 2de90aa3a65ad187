-- Those of these entities that no memory names and no relation touches.
-- params: numbers
SELECT no FROM entity
WHERE no IN (SELECT value FROM json_each(:numbers))
  AND NOT EXISTS (SELECT 1 FROM mention WHERE mention.entity = entity.no)
  AND NOT EXISTS (SELECT 1 FROM relation WHERE relation.subject = entity.no)
  AND NOT EXISTS (SELECT 1 FROM relation WHERE relation.object = entity.no)
