-- Keys that the environment named once, and names no more, are no longer valid.
-- params: digest, now
UPDATE api_key SET revoked_at = :now
WHERE origin = 'environment' AND revoked_at IS NULL AND digest IS NOT :digest
