-- More or fewer memories hold a term.
-- params: more, no
UPDATE term SET holders = holders + :more WHERE no = :no
