-- An owner's entities, concepts apart, whose key starts with one of these words.
-- params: words, tenant, owner
SELECT entity.id, owner.name, entity.name, entity.key, entity.type, entity.aliases,
  (SELECT count(*) FROM mention WHERE mention.entity = entity.no)
FROM entity JOIN owner ON owner.no = entity.owner
WHERE entity.type <> 'CONCEPT' AND entity.no IN (
  SELECT alias.entity FROM json_each(:words) AS word JOIN alias
    ON alias.owner = (SELECT no FROM owner WHERE tenant = :tenant AND name = :owner)
    AND alias.key >= word.value AND alias.key < word.value || '!' -- '!' follows the space
  WHERE alias.key = word.value OR substr(alias.key, 1, length(word.value) + 1) = word.value || ' ')
AND entity.key IN (
  SELECT alias.key FROM json_each(:words) AS word JOIN alias
    ON alias.entity = entity.no
  WHERE alias.key = word.value OR substr(alias.key, 1, length(word.value) + 1) = word.value || ' ')
