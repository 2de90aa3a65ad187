-- When the key of a digest was revoked, if it was; no row: there never was one.
-- params: digest
SELECT revoked_at FROM api_key WHERE digest = :digest
