-- The relations that rest on memories.
-- params: tenant
-- slots: condition
SELECT relation.id, s.id, relation.type, o.id, memory.id, s.name, o.name, relation.confidence, relation.polarity,
  relation.valid_from, relation.valid_to
FROM relation JOIN entity AS s ON s.no = relation.subject JOIN entity AS o ON o.no = relation.object
JOIN memory ON memory.no = relation.memory
WHERE memory.tenant = :tenant AND {condition} ORDER BY relation.id
