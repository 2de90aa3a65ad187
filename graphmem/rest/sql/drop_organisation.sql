-- An organisation goes; it must hold no project any more.
-- params: id
DELETE FROM organisation WHERE id = :id RETURNING id
