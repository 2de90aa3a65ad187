-- A key under which an entity is known.
-- params: owner, key, entity
INSERT OR IGNORE INTO alias (owner, key, entity) VALUES (:owner, :key, :entity)
