-- What was said of a project's memories, the latest first.
-- params: project_id
SELECT memory_id, feedback, reason, updated_at FROM feedback WHERE project_id = :project_id
ORDER BY updated_at DESC, memory_id
