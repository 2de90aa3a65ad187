// New memories, in their sessions, and the entities that they name. Times come as text, because a driver takes
// longer to pack one than a server to read one.
// params: rows
UNWIND $rows AS row
CREATE (m:Memory:$(row.label))
SET m = row.properties,
  m.created_at = datetime(row.times.created_at), m.updated_at = datetime(row.times.updated_at),
  m.valid_from = datetime(row.times.valid_from), m.valid_to = datetime(row.times.valid_to),
  m.event_from = datetime(row.times.event_from), m.event_to = datetime(row.times.event_to),
  m.expired_at = datetime(row.times.expired_at), m.expires_at = datetime(row.times.expires_at)
WITH m, row
CALL (m, row) {
  UNWIND row.mentions AS mention
  MATCH (e:Entity {uid: mention.entity})
  CREATE (m)-[:MENTIONS {weight: mention.weight, surface: mention.surface}]->(e)
}
WITH m, row WHERE row.session IS NOT NULL
MATCH (s:Session {uid: row.session})
CREATE (m)-[:IN_SESSION]->(s)
