-- The owners of the memories that name these entities.
-- params: numbers
SELECT DISTINCT owner.name FROM owner WHERE owner.no IN (
  SELECT memory.owner FROM mention JOIN memory ON memory.no = mention.memory
  WHERE mention.entity IN (SELECT value FROM json_each(:numbers)))
