-- An organisation gets another name.
-- params: id, name
UPDATE organisation SET name = :name WHERE id = :id RETURNING id
