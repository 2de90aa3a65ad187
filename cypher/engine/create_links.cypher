// New memories rest on turns, and supersede others.
// params: rows
UNWIND $rows AS row
MATCH (a:Memory {uid: row.source})
MATCH (b:Memory {uid: row.target})
CREATE (a)-[:$(row.type)]->(b)
