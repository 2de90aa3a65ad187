// Sessions, each with the edge to its owner.
// params: rows
UNWIND $rows AS row
MERGE (s:Session {uid: row.uid})
ON CREATE SET s += row.properties
WITH s, row WHERE row.type IS NOT NULL AND NOT EXISTS { (s)-->(:Owner) }
MATCH (o:Owner {uid: row.owner})
CREATE (s)-[:$(row.type)]->(o)
