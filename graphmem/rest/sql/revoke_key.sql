-- A key, by its id or its prefix, is no longer valid.
-- params: id, now
UPDATE api_key SET revoked_at = :now WHERE (id = :id OR prefix = :id) AND revoked_at IS NULL RETURNING id
