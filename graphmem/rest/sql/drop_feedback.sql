-- Nothing is said of these memories of a store any more, or of any of a project there.
-- params: project_id, store, memory_ids
DELETE FROM feedback
WHERE project_id = :project_id AND store = :store
  AND (:memory_ids IS NULL OR memory_id IN (SELECT value FROM json_each(:memory_ids)))
