-- Forget those terms that no memory holds any more.
-- params: numbers
DELETE FROM term WHERE holders <= 0 AND no IN (SELECT value FROM json_each(:numbers))
