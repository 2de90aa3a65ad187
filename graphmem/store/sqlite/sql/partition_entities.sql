-- Entities with what a search looks at.
-- params: numbers
SELECT entity.no, entity.id, owner.name, entity.key, entity.name, entity.type, entity.aliases
FROM entity JOIN owner ON owner.no = entity.owner
WHERE entity.no IN (SELECT value FROM json_each(:numbers))
