-- How many memories really hold a word.
-- params: holders, no
UPDATE term SET holders = :holders WHERE no = :no
