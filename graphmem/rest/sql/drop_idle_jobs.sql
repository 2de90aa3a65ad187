-- Jobs of a store that nobody works on and that have nothing left to read; all of a project, if it is named.
-- params: store, project_id
DELETE FROM job
WHERE store = :store AND (project_id = :project_id OR (
  :project_id IS NULL AND holder IS NULL AND NOT EXISTS (SELECT 1 FROM job_turn WHERE job_id = job.id)))
RETURNING id
