-- Entities that no memory names and no relation touches.
SELECT no FROM entity
WHERE NOT EXISTS (SELECT 1 FROM mention WHERE mention.entity = entity.no)
  AND NOT EXISTS (SELECT 1 FROM relation WHERE relation.subject = entity.no)
  AND NOT EXISTS (SELECT 1 FROM relation WHERE relation.object = entity.no)
