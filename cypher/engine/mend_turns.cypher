// NEXT joins every turn to the next one of its session, once, and nothing else; how many joins were made or removed.
CALL () {
  MATCH (m:Memory)-[n:NEXT]-() WHERE m.position IS NULL
  WITH DISTINCT n
  DELETE n
  RETURN count(*) AS stray
}
CALL () {
  MATCH (m:Memory) WHERE m.position IS NOT NULL
  WITH m ORDER BY m.session_uid, m.position, m.id
  WITH m.session_uid AS session, collect(m) AS line
  UNWIND range(0, size(line) - 1) AS at
  WITH line[at] AS a, line[at + 1] AS b
  CALL (a, b) {
    OPTIONAL MATCH (a)-[n:NEXT]->(c)
    WITH collect(CASE WHEN c = b THEN n END) AS right, collect(CASE WHEN c = b THEN null ELSE n END) AS wrong
    WITH wrong + right[1..] AS wrong, CASE WHEN b IS NULL OR size(right) > 0 THEN [] ELSE [b] END AS missing
    FOREACH (n IN wrong | DELETE n)
    FOREACH (c IN missing | CREATE (a)-[:NEXT]->(c))
    RETURN size(wrong) + size(missing) AS changed
  }
  RETURN sum(changed) AS changed
}
RETURN stray + changed
