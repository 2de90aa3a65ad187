-- What was said of a project's memories in a store, the latest first.
-- params: project_id, store
SELECT memory_id, feedback, reason, updated_at FROM feedback WHERE project_id = :project_id AND store = :store
ORDER BY updated_at DESC, memory_id
