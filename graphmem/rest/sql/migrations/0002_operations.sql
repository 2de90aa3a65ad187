-- What callers did, what is still to be done, and who is told. Ids, kinds and counts: words of memories are never here.
-- Times are seconds since 1970, in UTC.

CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  operation TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED')),
  payload TEXT NOT NULL, -- JSON: the ids that were named, and counts
  results TEXT NOT NULL, -- JSON: [{id, event, layer}], of memories
  error TEXT,
  created_at REAL NOT NULL,
  started_at REAL,
  completed_at REAL
);
CREATE INDEX event_of_project ON event (project_id, seq);
CREATE INDEX event_by_age ON event (created_at);

CREATE TABLE job (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE REFERENCES event (id) ON DELETE CASCADE,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  store TEXT NOT NULL, -- whose raw turns these are
  scope TEXT NOT NULL, -- jobs of one scope are done in order
  options TEXT NOT NULL, -- JSON: how the facts are to be kept
  accepted INTEGER NOT NULL DEFAULT 0, -- 1: the raw turns are stored
  tries INTEGER NOT NULL DEFAULT 0,
  due REAL NOT NULL,
  holder TEXT, -- the process that works on it
  held_until REAL NOT NULL
);
CREATE INDEX job_of_scope ON job (store, project_id, scope, seq);
CREATE INDEX job_of_project ON job (project_id);

CREATE TABLE job_turn (
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  turn_id TEXT NOT NULL,
  PRIMARY KEY (job_id, number)
) WITHOUT ROWID;
CREATE INDEX job_of_turn ON job_turn (turn_id);

CREATE TABLE webhook (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  event_types TEXT NOT NULL, -- JSON
  secret TEXT NOT NULL, -- signs what is sent, so the digest of it would not do
  is_active INTEGER NOT NULL DEFAULT 1,
  created_at REAL NOT NULL,
  updated_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX webhook_of_project ON webhook (project_id);

CREATE TABLE delivery (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  webhook_id TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  store TEXT NOT NULL,
  event_id TEXT NOT NULL,
  kind TEXT NOT NULL, -- memory_add, ...
  memory_id TEXT, -- its words are read when they are sent
  status TEXT NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED')),
  tries INTEGER NOT NULL DEFAULT 0,
  response INTEGER, -- the last HTTP status
  error TEXT,
  due REAL NOT NULL,
  holder TEXT,
  held_until REAL NOT NULL DEFAULT 0,
  created_at REAL NOT NULL,
  completed_at REAL
);
CREATE INDEX delivery_of_webhook ON delivery (webhook_id, seq);
CREATE INDEX delivery_due ON delivery (store, due) WHERE status = 'PENDING';
CREATE INDEX delivery_by_age ON delivery (created_at);
