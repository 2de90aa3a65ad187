// New memories, in their sessions, and the entities that they name. Times come as text, because a driver takes
// longer to pack one than a server to read one.
// params: rows
// slots: times
UNWIND $rows AS row
CREATE (m:Memory:$(row.label))
SET m = row.properties, {times}
WITH m, row
CALL (m, row) {
  UNWIND row.mentions AS mention
  MATCH (e:Entity {uid: mention.entity})
  CREATE (m)-[:MENTIONS {weight: mention.weight, surface: mention.surface}]->(e)
}
WITH m, row WHERE row.session IS NOT NULL
MATCH (s:Session {uid: row.session})
CREATE (m)-[:IN_SESSION]->(s)
