-- Keys that the environment named once, and names no more, are forgotten; those that were revoked stay so.
-- params: digest
DELETE FROM api_key WHERE origin = 'environment' AND revoked_at IS NULL AND digest IS NOT :digest
