// Memories name entities; of the same pair again the larger weight stays.
// params: rows
UNWIND $rows AS row
MATCH (m:Memory {uid: row.memory})
MATCH (e:Entity {uid: row.entity})
MERGE (m)-[n:MENTIONS]->(e)
ON CREATE SET n.weight = row.weight, n.surface = row.surface
ON MATCH SET n.surface = CASE WHEN row.weight > n.weight THEN row.surface ELSE n.surface END,
  n.weight = CASE WHEN row.weight > n.weight THEN row.weight ELSE n.weight END
