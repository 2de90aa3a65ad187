-- How many memories there are.
SELECT count(*) FROM memory
