-- A project keeps so many exports: those that were asked for before them go.
-- params: project_id, most
DELETE FROM export WHERE id IN (
  SELECT id FROM export WHERE project_id = :project_id ORDER BY created_at DESC, id LIMIT -1 OFFSET :most
)
