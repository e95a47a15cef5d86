-- Chains that were found broken, and how. Whatever is written on such a chain follows its last entry correctly, so that a
-- look at the end would no longer find it: until whoever put the chain right deletes its row, no effect follows.
CREATE TABLE broken_chains (
    chain TEXT PRIMARY KEY,
    how TEXT NOT NULL,
    found_at INTEGER NOT NULL
) WITHOUT ROWID;
