-- Exports and profiles that were asked for: the request is kept, and what it tells is read from the memories each time.

CREATE TABLE export (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  about TEXT NOT NULL, -- a digest of the filter
  request TEXT NOT NULL, -- JSON: schema and filters
  created_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX export_about ON export (project_id, about, created_at);

CREATE TABLE profile_job (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  key TEXT NOT NULL, -- what makes repeating it harmless
  request TEXT NOT NULL, -- a digest
  answer TEXT NOT NULL, -- JSON
  job TEXT NOT NULL, -- JSON
  created_at TEXT NOT NULL,
  UNIQUE (project_id, key)
) WITHOUT ROWID;
