// The graph's names and what is looked up by them. One `uid` (a digest of tenant and id) identifies a node, because
// not every edition of Neo4j can make a pair of properties unique.

CREATE CONSTRAINT memory_uid IF NOT EXISTS FOR (m:Memory) REQUIRE m.uid IS UNIQUE;
CREATE CONSTRAINT entity_uid IF NOT EXISTS FOR (e:Entity) REQUIRE e.uid IS UNIQUE;
CREATE CONSTRAINT owner_uid IF NOT EXISTS FOR (o:Owner) REQUIRE o.uid IS UNIQUE;
CREATE CONSTRAINT session_uid IF NOT EXISTS FOR (s:Session) REQUIRE s.uid IS UNIQUE;
CREATE CONSTRAINT store_name IF NOT EXISTS FOR (s:Store) REQUIRE s.name IS UNIQUE;
CREATE CONSTRAINT migration_number IF NOT EXISTS FOR (m:Migration) REQUIRE m.number IS UNIQUE;

// An owner's memories, and the turns of a session in their order.
CREATE INDEX memory_owner IF NOT EXISTS FOR (m:Memory) ON (m.owner_uid);
CREATE INDEX memory_pin IF NOT EXISTS FOR (m:Memory) ON (m.owner_uid, m.pin);
CREATE INDEX memory_position IF NOT EXISTS FOR (m:Memory) ON (m.session_uid, m.position);

// Lists by the ids of a scope, newest first; and what expires next.
CREATE INDEX memory_created IF NOT EXISTS FOR (m:Memory) ON (m.tenant, m.created_at);
CREATE INDEX memory_user IF NOT EXISTS FOR (m:Memory) ON (m.tenant, m.user_id, m.created_at);
CREATE INDEX memory_agent IF NOT EXISTS FOR (m:Memory) ON (m.tenant, m.agent_id, m.created_at);
CREATE INDEX memory_app IF NOT EXISTS FOR (m:Memory) ON (m.tenant, m.app_id, m.created_at);
CREATE INDEX memory_session IF NOT EXISTS FOR (m:Memory) ON (m.tenant, m.session_id, m.created_at);
CREATE INDEX memory_org IF NOT EXISTS FOR (m:Memory) ON (m.tenant, m.org_id, m.created_at);
CREATE INDEX memory_expiry IF NOT EXISTS FOR (m:Memory) ON (m.tenant, m.expires_at);

// Entities by key, by the first word of it, and by other keys under which they were named.
CREATE INDEX entity_key IF NOT EXISTS FOR (e:Entity) ON (e.owner_uid, e.key);
CREATE INDEX entity_first IF NOT EXISTS FOR (e:Entity) ON (e.owner_uid, e.first);
CREATE INDEX entity_tenant IF NOT EXISTS FOR (e:Entity) ON (e.tenant);
CREATE FULLTEXT INDEX entity_aliases IF NOT EXISTS FOR (e:Entity) ON EACH [e.owner_uid, e.aliases]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'keyword'}};

// Words, whose index terms were made by graphmem; and which memory states a relation.
CREATE FULLTEXT INDEX memory_words IF NOT EXISTS FOR (m:Memory) ON EACH [m.owner_uid, m.words]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}};
CREATE FULLTEXT INDEX memory_says IF NOT EXISTS FOR (m:Memory) ON EACH [m.says]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'keyword'}};

// Owners and sessions of a tenant or owner; history.
CREATE INDEX owner_tenant IF NOT EXISTS FOR (o:Owner) ON (o.tenant);
CREATE INDEX owner_name IF NOT EXISTS FOR (o:Owner) ON (o.tenant, o.name);
CREATE INDEX owner_memories IF NOT EXISTS FOR (o:Owner) ON (o.memories);
CREATE INDEX session_owner IF NOT EXISTS FOR (s:Session) ON (s.owner_uid);
CREATE INDEX session_tenant IF NOT EXISTS FOR (s:Session) ON (s.tenant);
CREATE INDEX change_memory IF NOT EXISTS FOR (c:Change) ON (c.memory_uid);
CREATE INDEX change_seq IF NOT EXISTS FOR (c:Change) ON (c.tenant, c.seq);
