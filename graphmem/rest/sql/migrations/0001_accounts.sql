-- Who may use the server: organisations, their projects, members, and the projects' keys.
-- Times are ISO 8601 in UTC; a key is kept as its SHA-256 alone.

CREATE TABLE organisation (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE project (
  id TEXT PRIMARY KEY, -- the tenant in the store
  org_id TEXT NOT NULL REFERENCES organisation (id),
  name TEXT NOT NULL,
  description TEXT,
  settings TEXT NOT NULL DEFAULT '{}', -- JSON
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX project_of_organisation ON project (org_id);

CREATE TABLE member (
  holder TEXT NOT NULL, -- an organisation or a project
  email TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('READER', 'OWNER')),
  created_at TEXT NOT NULL,
  PRIMARY KEY (holder, email)
) WITHOUT ROWID;

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL, -- its first characters, to tell keys apart
  digest TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('READER', 'OWNER')),
  origin TEXT NOT NULL CHECK (origin IN ('operator', 'environment', 'made')),
  created_at TEXT NOT NULL,
  revoked_at TEXT
) WITHOUT ROWID;
CREATE INDEX api_key_of_project ON api_key (project_id);
