-- How many memories a condition chooses.
-- slots: condition
SELECT count(*) FROM memory WHERE {condition}
