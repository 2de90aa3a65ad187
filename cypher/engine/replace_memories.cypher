// Memories whose ids exist: their properties are replaced, their edges stay, but for those of their place.
// params: rows
UNWIND $rows AS row
MATCH (m:Memory {uid: row.properties.uid})
REMOVE m:Turn:SessionNote:UserFact:OrgFact
SET m = row.properties, m:$(row.label),
  m.created_at = datetime(row.times.created_at), m.updated_at = datetime(row.times.updated_at),
  m.valid_from = datetime(row.times.valid_from), m.valid_to = datetime(row.times.valid_to),
  m.event_from = datetime(row.times.event_from), m.event_to = datetime(row.times.event_to),
  m.expired_at = datetime(row.times.expired_at), m.expires_at = datetime(row.times.expires_at)
WITH m, row WHERE row.moved
OPTIONAL MATCH (m)-[i:IN_SESSION]->()
DELETE i
WITH DISTINCT m, row
OPTIONAL MATCH (m)-[n:NEXT]-()
DELETE n
WITH DISTINCT m, row WHERE row.session IS NOT NULL
MATCH (s:Session {uid: row.session})
CREATE (m)-[:IN_SESSION]->(s)
