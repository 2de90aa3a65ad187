-- Projects, oldest first: of an id, of an organisation, or all.
-- params: id, org_id
SELECT id, org_id, name, description, settings, created_at, updated_at, maker FROM project
WHERE (:id IS NULL OR id = :id) AND (:org_id IS NULL OR org_id = :org_id) ORDER BY created_at, id
