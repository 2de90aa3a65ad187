-- A job is to be tried again, or is left to another process.
-- params: id, holder, due, tries
UPDATE job SET holder = NULL, held_until = 0, due = :due, tries = :tries WHERE id = :id AND holder = :holder RETURNING id
