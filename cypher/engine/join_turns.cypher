// NEXT joins the turns of sessions, made whole from the last turn before `low` to the first after `high`.
// params: rows
UNWIND $rows AS row
CALL (row) {
  MATCH (m:Memory) WHERE m.session_uid = row.session AND m.position < row.low
  RETURN m ORDER BY m.position DESC, m.id DESC LIMIT 1
  UNION ALL
  MATCH (m:Memory) WHERE m.session_uid = row.session AND m.position >= row.low AND m.position <= row.high
  RETURN m
  UNION ALL
  MATCH (m:Memory) WHERE m.session_uid = row.session AND m.position > row.high
  RETURN m ORDER BY m.position, m.id LIMIT 1
}
WITH row, m ORDER BY m.position, m.id
WITH row, collect(m) AS line
CALL (row, line) {
  UNWIND line AS m
  MATCH (m)-[n:NEXT]->() WHERE m.position <= row.high
  DELETE n
}
UNWIND range(1, size(line) - 1) AS at
WITH line[at - 1] AS a, line[at] AS b
CREATE (a)-[:NEXT]->(b)
