-- Entities by id, as they are stored.
-- params: tenant, ids
SELECT entity.id, entity.no, owner.name, entity.name, entity.key, entity.type, entity.aliases
FROM entity JOIN owner ON owner.no = entity.owner
WHERE entity.tenant = :tenant AND entity.id IN (SELECT value FROM json_each(:ids))
