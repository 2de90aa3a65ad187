// Turns that NEXT does not join to the next one of their session, and joins that should not be there.
CALL () {
  MATCH (m:Memory) WHERE m.position IS NOT NULL
  WITH m ORDER BY m.session_uid, m.position, m.id
  WITH m.session_uid AS session, collect(m) AS line
  UNWIND range(1, size(line) - 1) AS at
  WITH line[at - 1] AS a, line[at] AS b
  RETURN count(*) AS pairs, count(CASE WHEN EXISTS { (a)-[:NEXT]->(b) } THEN 1 END) AS joined
}
CALL () {
  MATCH (:Memory)-[n:NEXT]->()
  RETURN count(n) AS joins
}
RETURN (pairs - joined) + (joins - joined)
