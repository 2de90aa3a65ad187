-- An export is asked for.
-- params: id, project_id, about, request, now
INSERT INTO export (id, project_id, about, request, created_at) VALUES (:id, :project_id, :about, :request, :now)
