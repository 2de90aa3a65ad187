-- What a caller did, or asked for; of a project that is gone nothing is kept.
-- params: id, project_id, operation, status, payload, results, error, created_at, started_at, completed_at
INSERT INTO event
  (id, project_id, operation, status, payload, results, error, created_at, started_at, completed_at)
SELECT :id, project.id, :operation, :status, :payload, :results, :error, :created_at, :started_at, :completed_at
FROM project WHERE project.id = :project_id
RETURNING id
