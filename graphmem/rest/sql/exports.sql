-- The exports of a project, the latest first: the one of an id, or those about something.
-- params: project_id, id, about
SELECT id, request FROM export
WHERE project_id = :project_id AND (:id IS NULL OR id = :id) AND (:about IS NULL OR about = :about)
ORDER BY created_at DESC, id
