-- Entities by id.
-- params: tenant, ids
SELECT entity.id, owner.name, entity.name, entity.key, entity.type, entity.aliases,
  (SELECT count(*) FROM mention WHERE mention.entity = entity.no)
FROM entity JOIN owner ON owner.no = entity.owner
WHERE entity.tenant = :tenant AND entity.id IN (SELECT value FROM json_each(:ids)) ORDER BY entity.id
