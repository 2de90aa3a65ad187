-- How many memories hold each word, as counted.
SELECT no, holders FROM term
