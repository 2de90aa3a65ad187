-- The words of every memory, and how many hold each word as counted.
SELECT terms FROM memory
