// Facts no longer rest on turns.
// params: rows
UNWIND $rows AS row
MATCH (f:Memory {uid: row.uid})
SET f.sources = [source IN f.sources WHERE NOT source IN row.gone]
