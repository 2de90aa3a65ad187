// Entities whose ids exist: their properties are replaced.
// params: rows
// slots: labels
UNWIND $rows AS row
MATCH (e:Entity {uid: row.uid})
REMOVE e:Person:Place:Organization:Work:Happening:Concept:Thing
SET e = row, e:{labels}
