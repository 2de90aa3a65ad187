-- What became of a delivery.
-- params: id, holder, status, response, error, due, completed_at
UPDATE delivery SET
  status = :status, response = :response, error = :error, due = :due, completed_at = :completed_at,
  holder = NULL, held_until = 0
WHERE id = :id AND holder = :holder
