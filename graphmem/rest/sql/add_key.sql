-- A new key.
-- params: id, project_id, name, prefix, digest, role, origin, now
INSERT INTO api_key (id, project_id, name, prefix, digest, role, origin, created_at)
VALUES (:id, :project_id, :name, :prefix, :digest, :role, :origin, :now)
RETURNING id, project_id, name, prefix, role, origin, created_at, revoked_at
