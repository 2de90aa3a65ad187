-- Entities: all, or those that some memories name.
-- params: tenant, every
-- slots: condition
SELECT entity.id, owner.name, entity.name, entity.key, entity.type, entity.aliases,
  (SELECT count(*) FROM mention WHERE mention.entity = entity.no)
FROM entity JOIN owner ON owner.no = entity.owner
WHERE entity.tenant = :tenant AND (:every OR entity.no IN (
  SELECT mention.entity FROM mention JOIN memory ON memory.no = mention.memory
  WHERE memory.tenant = :tenant AND {condition}
  UNION SELECT relation.subject FROM relation JOIN memory ON memory.no = relation.memory
  WHERE memory.tenant = :tenant AND {condition}
  UNION SELECT relation.object FROM relation JOIN memory ON memory.no = relation.memory
  WHERE memory.tenant = :tenant AND {condition}))
ORDER BY entity.id
