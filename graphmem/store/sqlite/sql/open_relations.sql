-- The open relations of those entities of an owner that are known under one of these keys.
-- params: tenant, owner, keys
SELECT relation.id, s.id, relation.type, o.id, memory.id, s.name, o.name, relation.confidence, relation.polarity,
  relation.valid_from, relation.valid_to
FROM relation JOIN entity AS s ON s.no = relation.subject JOIN entity AS o ON o.no = relation.object
JOIN memory ON memory.no = relation.memory
WHERE relation.valid_to IS NULL AND relation.subject IN (
  SELECT alias.entity FROM alias
  WHERE alias.owner = (SELECT no FROM owner WHERE tenant = :tenant AND name = :owner)
    AND alias.key IN (SELECT value FROM json_each(:keys)))
