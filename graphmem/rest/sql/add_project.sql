-- A new project; one that is there already stays as it is.
-- params: id, org_id, name, description, maker, now
INSERT INTO project (id, org_id, name, description, created_at, updated_at, maker)
VALUES (:id, :org_id, :name, :description, :now, :now, :maker) ON CONFLICT DO NOTHING
