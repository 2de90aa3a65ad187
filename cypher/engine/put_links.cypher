// Edges from memories to memories; what exists is left as it is.
// params: rows
UNWIND $rows AS row
MATCH (a:Memory {uid: row.source})
MATCH (b:Memory {uid: row.target})
MERGE (a)-[:$(row.type)]->(b)
