-- Organisations, oldest first: all, or the one of an id.
-- params: id
SELECT id, name, created_at, maker FROM organisation WHERE :id IS NULL OR id = :id ORDER BY created_at, id
