// Memories whose ids exist: their properties are replaced, their edges stay, but for those of their place.
// params: rows
// slots: times
UNWIND $rows AS row
MATCH (m:Memory {uid: row.properties.uid})
REMOVE m:Turn:SessionNote:UserFact:OrgFact
SET m = row.properties, m:$(row.label), {times}
WITH m, row WHERE row.moved
OPTIONAL MATCH (m)-[i:IN_SESSION]->()
DELETE i
WITH DISTINCT m, row
OPTIONAL MATCH (m)-[n:NEXT]-()
DELETE n
WITH DISTINCT m, row WHERE row.session IS NOT NULL
MATCH (s:Session {uid: row.session})
CREATE (m)-[:IN_SESSION]->(s)
