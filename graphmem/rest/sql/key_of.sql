-- The valid key of a digest, with its project's organisation.
-- params: digest
SELECT api_key.id, api_key.project_id, project.org_id, api_key.role FROM api_key
JOIN project ON project.id = api_key.project_id
WHERE api_key.digest = :digest AND api_key.revoked_at IS NULL
