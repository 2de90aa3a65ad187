// Owners that hold another number of memories than they say; and memories whose owner is not there.
CALL () {
  MATCH (o:Owner)
  WITH o, COUNT { MATCH (m:Memory) WHERE m.owner_uid = o.uid } AS held
  RETURN sum(CASE WHEN o.memories = held THEN 0 ELSE 1 END) AS miscounted, sum(held) AS owned
}
CALL () {
  MATCH (m:Memory)
  RETURN count(*) AS memories
}
RETURN miscounted + memories - owned
