// NEXT joins every turn to the next one of its session, and nothing else; how many joins were made or removed.
CALL () {
  MATCH (a:Memory)-[n:NEXT]->(b)
  WHERE a.session_uid IS NULL OR a.session_uid <> b.session_uid OR EXISTS {
    MATCH (m:Memory) WHERE m.session_uid = a.session_uid
      AND (m.position > a.position OR m.position = a.position AND m.id > a.id)
      AND (m.position < b.position OR m.position = b.position AND m.id < b.id)
  }
  DELETE n
  RETURN count(*) AS removed
}
CALL (removed) {
  MATCH (m:Memory) WHERE m.position IS NOT NULL
  WITH m ORDER BY m.session_uid, m.position, m.id
  WITH m.session_uid AS session, collect(m) AS line
  UNWIND range(1, size(line) - 1) AS at
  WITH line[at - 1] AS a, line[at] AS b WHERE NOT EXISTS { (a)-[:NEXT]->(b) }
  CREATE (a)-[:NEXT]->(b)
  RETURN count(*) AS made
}
RETURN removed + made
