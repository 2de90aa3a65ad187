-- A project goes, with its keys.
-- params: id
DELETE FROM project WHERE id = :id RETURNING id
