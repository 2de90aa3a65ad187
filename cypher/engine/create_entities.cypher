// New entities of one type.
// params: rows
// slots: labels
UNWIND $rows AS row
CREATE (e:{labels})
SET e = row
