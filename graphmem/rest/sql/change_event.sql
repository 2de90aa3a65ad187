-- How far an operation is; what is not named stays.
-- params: id, status, results, error, started_at, completed_at
UPDATE event SET
  status = :status, results = coalesce(:results, results), error = :error,
  started_at = coalesce(started_at, :started_at), completed_at = :completed_at
WHERE id = :id
