-- Nothing is said of these memories any more, or of any of a project.
-- params: project_id, memory_ids
DELETE FROM feedback
WHERE project_id = :project_id AND (:memory_ids IS NULL OR memory_id IN (SELECT value FROM json_each(:memory_ids)))
