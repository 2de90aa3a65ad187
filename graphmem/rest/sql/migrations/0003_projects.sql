-- Who made what (a project, which may be gone): a key may manage its own project and what was made with a key of it.
-- And what people said of memories; it goes with the memory.

ALTER TABLE organisation ADD COLUMN maker TEXT;
ALTER TABLE project ADD COLUMN maker TEXT;

CREATE TABLE feedback (
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  memory_id TEXT NOT NULL,
  feedback TEXT NOT NULL CHECK (feedback IN ('POSITIVE', 'NEGATIVE', 'VERY_NEGATIVE')),
  reason TEXT,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (project_id, memory_id)
) WITHOUT ROWID;
