-- The operations of a project, newest first; of a kind or status, if named.
-- params: project_id, operation, status, size, skip
SELECT * FROM event
WHERE project_id = :project_id AND (:operation IS NULL OR operation = :operation)
  AND (:status IS NULL OR status = :status)
ORDER BY seq DESC LIMIT :size OFFSET :skip
