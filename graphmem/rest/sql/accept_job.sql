-- The turns of a job are stored: anybody may go on with it.
-- params: id, holder
UPDATE job SET accepted = 1, holder = NULL, held_until = 0 WHERE id = :id AND holder = :holder RETURNING id
