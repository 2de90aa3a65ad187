-- The graph: memories, entities, the edges among them, and what the store needs to keep them in step.
-- Times are microseconds since 1970 (UTC); JSON is text; vectors are little-endian float32.

CREATE TABLE store (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  embedder TEXT,
  dim INTEGER,
  tick INTEGER NOT NULL DEFAULT 0 -- counts writes; rows carry the tick that last changed them
);
INSERT INTO store (one) VALUES (1);

CREATE TABLE owner (
  no INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0, -- the tick of the last write to it
  stamp INTEGER NOT NULL DEFAULT 0, -- the tick of the last change that a reader's copy must follow
  removed INTEGER NOT NULL DEFAULT 0, -- the tick of the last write that removed memories
  UNIQUE (tenant, name)
);

CREATE TABLE session (
  owner INTEGER NOT NULL REFERENCES owner (no),
  id TEXT NOT NULL,
  last_activity INTEGER NOT NULL,
  PRIMARY KEY (owner, id)
) WITHOUT ROWID;

CREATE TABLE memory (
  no INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  owner INTEGER NOT NULL REFERENCES owner (no),
  stamp INTEGER NOT NULL,
  layer TEXT NOT NULL,
  text TEXT NOT NULL,
  user_id TEXT, agent_id TEXT, app_id TEXT, session_id TEXT, org_id TEXT,
  role TEXT, name TEXT, position INTEGER,
  metadata TEXT NOT NULL, categories TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER,
  valid_from INTEGER NOT NULL, valid_to INTEGER,
  event_from INTEGER, event_to INTEGER,
  expired_at INTEGER, expires_at INTEGER, ttl REAL,
  superseded_by TEXT, sources TEXT NOT NULL,
  pin TEXT, trigger_text TEXT, hash TEXT NOT NULL,
  labels INTEGER NOT NULL, question INTEGER NOT NULL,
  terms BLOB NOT NULL, -- pairs of int32: term, count
  UNIQUE (tenant, id)
);
CREATE INDEX memory_change ON memory (owner, stamp);
CREATE INDEX memory_turn ON memory (owner, session_id, position) WHERE position IS NOT NULL;
CREATE INDEX memory_user ON memory (tenant, user_id, created_at) WHERE user_id IS NOT NULL;
CREATE INDEX memory_session ON memory (tenant, session_id, created_at) WHERE session_id IS NOT NULL;
CREATE INDEX memory_org ON memory (tenant, org_id, created_at) WHERE org_id IS NOT NULL;
CREATE INDEX memory_agent ON memory (tenant, agent_id, created_at) WHERE agent_id IS NOT NULL;
CREATE INDEX memory_app ON memory (tenant, app_id, created_at) WHERE app_id IS NOT NULL;
CREATE INDEX memory_expiry ON memory (tenant, expires_at) WHERE expires_at IS NOT NULL;

-- Apart from the memory, so that reading texts does not read vectors.
CREATE TABLE embedding (
  memory INTEGER PRIMARY KEY REFERENCES memory (no),
  vector BLOB NOT NULL,
  trigger_vector BLOB
);

CREATE TABLE term (
  no INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE,
  holders INTEGER NOT NULL -- how many memories hold it; a word that none holds is removed
);

CREATE TABLE entity (
  no INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  owner INTEGER NOT NULL REFERENCES owner (no),
  stamp INTEGER NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  type TEXT NOT NULL,
  aliases TEXT NOT NULL,
  UNIQUE (tenant, id)
);
CREATE INDEX entity_owner ON entity (owner);
CREATE INDEX entity_change ON entity (stamp);

-- Every key of an entity: its own and its aliases.
CREATE TABLE alias (
  owner INTEGER NOT NULL REFERENCES owner (no),
  key TEXT NOT NULL,
  entity INTEGER NOT NULL REFERENCES entity (no),
  PRIMARY KEY (owner, key, entity)
) WITHOUT ROWID;
CREATE INDEX alias_entity ON alias (entity);

CREATE TABLE mention ( -- (memory)-[:MENTIONS {weight}]->(entity)
  memory INTEGER NOT NULL REFERENCES memory (no),
  entity INTEGER NOT NULL REFERENCES entity (no),
  weight REAL NOT NULL,
  surface TEXT NOT NULL,
  PRIMARY KEY (memory, entity)
) WITHOUT ROWID;
CREATE INDEX mention_entity ON mention (entity, memory);

CREATE TABLE relation ( -- (subject)-[:TYPE {memory_id, valid_from, ...}]->(object)
  no INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  subject INTEGER NOT NULL REFERENCES entity (no),
  type TEXT NOT NULL,
  object INTEGER NOT NULL REFERENCES entity (no),
  memory INTEGER NOT NULL REFERENCES memory (no),
  confidence REAL NOT NULL,
  polarity INTEGER NOT NULL,
  valid_from INTEGER,
  valid_to INTEGER,
  UNIQUE (tenant, id)
);
CREATE INDEX relation_subject ON relation (subject);
CREATE INDEX relation_object ON relation (object);
CREATE INDEX relation_memory ON relation (memory);

CREATE TABLE link ( -- (memory)-[:DERIVED_FROM|SUPERSEDES]->(memory)
  source INTEGER NOT NULL REFERENCES memory (no),
  target INTEGER NOT NULL REFERENCES memory (no),
  type TEXT NOT NULL,
  PRIMARY KEY (source, target, type)
) WITHOUT ROWID;
CREATE INDEX link_target ON link (target, source, type);

CREATE TABLE event (
  no INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  memory_id TEXT NOT NULL,
  event TEXT NOT NULL,
  layer TEXT NOT NULL,
  text TEXT,
  previous TEXT,
  at INTEGER NOT NULL,
  by TEXT
);
CREATE INDEX event_memory ON event (tenant, memory_id, no);
