-- An owner's entities that are known under one of these keys.
-- params: tenant, owner, keys
SELECT entity.id, owner.name, entity.name, entity.key, entity.type, entity.aliases,
  (SELECT count(*) FROM mention WHERE mention.entity = entity.no)
FROM entity JOIN owner ON owner.no = entity.owner
WHERE entity.no IN (
  SELECT alias.entity FROM alias
  WHERE alias.owner = (SELECT no FROM owner WHERE tenant = :tenant AND name = :owner)
    AND alias.key IN (SELECT value FROM json_each(:keys)))
