-- The answer of an order, kept as bytes: those of a fill are a tenth of what its JSON takes. Answers
-- of before stay the JSON that they are.

alter table orders alter column answer type bytea using convert_to(answer, 'UTF8');
