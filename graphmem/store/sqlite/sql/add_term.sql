-- A new index term.
-- params: no, text
INSERT INTO term (no, text, holders) VALUES (:no, :text, 0)
