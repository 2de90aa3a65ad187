-- An owner's entities, concepts apart, whose key starts with one of these words.
-- params: words, tenant, owner
SELECT entity.id, owner.name, entity.name, entity.key, entity.type, entity.aliases,
  (SELECT count(*) FROM mention WHERE mention.entity = entity.no)
FROM owner JOIN json_each(:words) AS word
JOIN alias ON alias.owner = owner.no AND alias.key >= word.value AND alias.key < word.value || '!' -- it follows the space
JOIN entity ON entity.no = alias.entity AND entity.key = alias.key
WHERE owner.tenant = :tenant AND owner.name = :owner AND entity.type <> 'CONCEPT'
  AND (alias.key = word.value OR substr(alias.key, 1, length(word.value) + 1) = word.value || ' ')
