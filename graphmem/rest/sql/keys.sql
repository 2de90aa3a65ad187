-- Keys, oldest first: of a project, or all.
-- params: project_id
SELECT id, project_id, name, prefix, role, origin, created_at, revoked_at FROM api_key
WHERE :project_id IS NULL OR project_id = :project_id ORDER BY created_at, id
