-- What somebody says of a memory, instead of what was said before.
-- params: project_id, store, memory_id, feedback, reason, now
INSERT INTO feedback (project_id, store, memory_id, feedback, reason, updated_at)
VALUES (:project_id, :store, :memory_id, :feedback, :reason, :now)
ON CONFLICT (project_id, store, memory_id) DO UPDATE SET
  feedback = excluded.feedback, reason = excluded.reason, updated_at = excluded.updated_at
