-- The last waiting event of an open question that the agent has looked at: it proposes what needs no identity at once.
ALTER TABLE questions ADD COLUMN considered TEXT;
