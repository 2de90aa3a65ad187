-- A job is done.
-- params: id, holder
DELETE FROM job WHERE id = :id AND holder = :holder RETURNING id
