-- Several stores may share a control file: what is said of a memory is said of it in one of them.
DROP TABLE feedback;
CREATE TABLE feedback (
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  store TEXT NOT NULL,
  memory_id TEXT NOT NULL,
  feedback TEXT NOT NULL CHECK (feedback IN ('POSITIVE', 'NEGATIVE', 'VERY_NEGATIVE')),
  reason TEXT,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (project_id, store, memory_id)
) WITHOUT ROWID;
