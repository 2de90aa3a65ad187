-- Add an entity, or replace the one with that number.
-- params: no, tenant, id, owner, tick, name, key, type, aliases
INSERT INTO entity (no, tenant, id, owner, stamp, name, key, type, aliases)
VALUES (:no, :tenant, :id, :owner, :tick, :name, :key, :type, :aliases)
ON CONFLICT (no) DO UPDATE SET
  owner = excluded.owner, stamp = excluded.stamp, name = excluded.name, key = excluded.key,
  type = excluded.type, aliases = excluded.aliases
