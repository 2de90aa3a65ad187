// Owners were written to: their versions move, and they hold so many memories more.
// params: rows, version
UNWIND $rows AS row
MATCH (o:Owner {uid: row.uid})
SET o.version = $version, o.memories = o.memories + row.more,
  o.speakers = o.speakers + [speaker IN row.speakers WHERE NOT speaker IN o.speakers]
