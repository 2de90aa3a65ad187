-- Numbers of index terms.
-- params: texts
SELECT text, no FROM term WHERE text IN (SELECT value FROM json_each(:texts))
