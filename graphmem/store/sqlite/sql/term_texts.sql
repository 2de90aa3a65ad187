-- Index terms by number.
-- params: numbers
SELECT no, text FROM term WHERE no IN (SELECT value FROM json_each(:numbers))
