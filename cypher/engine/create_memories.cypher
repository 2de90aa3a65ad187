// New memories of one layer, in their sessions.
// params: rows
// slots: label
UNWIND $rows AS row
CREATE (m:Memory:{label})
SET m = row.properties
WITH m, row WHERE row.session IS NOT NULL
MATCH (s:Session {uid: row.session})
CREATE (m)-[:IN_SESSION]->(s)
