// Lines of history.
// params: rows
UNWIND $rows AS row
CREATE (c:Change)
SET c = row, c.at = datetime(row.at)
