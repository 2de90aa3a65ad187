-- A new project; one that is there already stays as it is.
-- params: id, org_id, name, description, now
INSERT INTO project (id, org_id, name, description, created_at, updated_at)
VALUES (:id, :org_id, :name, :description, :now, :now) ON CONFLICT DO NOTHING
