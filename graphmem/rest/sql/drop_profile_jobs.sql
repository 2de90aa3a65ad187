-- Jobs of long ago go.
-- params: before
DELETE FROM profile_job WHERE created_at < :before
