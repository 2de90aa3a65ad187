-- Id and number of every memory.
SELECT id, no FROM memory
