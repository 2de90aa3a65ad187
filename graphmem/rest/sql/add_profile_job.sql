-- Profiles are asked for; the same again changes nothing.
-- params: id, project_id, key, request, answer, job, now
INSERT INTO profile_job (id, project_id, key, request, answer, job, created_at)
VALUES (:id, :project_id, :key, :request, :answer, :job, :now) ON CONFLICT DO NOTHING
