// New memories name entities.
// params: rows
UNWIND $rows AS row
MATCH (m:Memory {uid: row.memory})
MATCH (e:Entity {uid: row.entity})
CREATE (m)-[:MENTIONS {weight: row.weight, surface: row.surface}]->(e)
