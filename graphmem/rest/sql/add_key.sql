-- A new key; a known one is valid again, in this project.
-- params: id, project_id, name, prefix, digest, role, origin, now
INSERT INTO api_key (id, project_id, name, prefix, digest, role, origin, created_at)
VALUES (:id, :project_id, :name, :prefix, :digest, :role, :origin, :now)
ON CONFLICT (digest) DO UPDATE SET
  project_id = excluded.project_id, role = excluded.role, origin = excluded.origin, revoked_at = NULL
