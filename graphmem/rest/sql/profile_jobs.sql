-- A job of a project, by its id or by its key.
-- params: project_id, id, key
SELECT id, request, answer, job FROM profile_job
WHERE project_id = :project_id AND (id = :id OR key = :key)
