-- Who wants to be told of a project's memories, oldest first; or the one of an id.
-- params: project_id, id
SELECT * FROM webhook WHERE project_id = :project_id AND (:id IS NULL OR id = :id) ORDER BY created_at, id
