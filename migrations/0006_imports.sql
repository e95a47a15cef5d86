-- Imports, each a file of records that is read step by step: their progress, and the rows that still wait or were
-- refused.
CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'done', 'discarded')),
    header TEXT NOT NULL,
    mapping TEXT NOT NULL,
    version INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    chunks_done INTEGER NOT NULL CHECK (chunks_done <= chunks),
    counts TEXT NOT NULL,
    kept INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- For the imports that the sweeper continues, and those whose rows it deletes.
CREATE INDEX imports_by_age ON imports (updated_at) WHERE kept;

CREATE TRIGGER imports_rest_on_a_version BEFORE UPDATE ON imports
WHEN NEW.version <> OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'conflict: the import went on in the meantime');
END;

-- No step is read twice, and a started import never becomes a draft again.
CREATE TRIGGER imports_only_go_on BEFORE UPDATE ON imports
WHEN NEW.chunks_done < OLD.chunks_done OR (OLD.state <> 'draft' AND NEW.mapping <> OLD.mapping) OR NOT (
    NEW.state = OLD.state
    OR (OLD.state IN ('draft', 'running') AND NEW.state IN ('running', 'done', 'discarded'))
)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the import is in another state');
END;

-- The rows of one step. After the step only the refused ones stay.
CREATE TABLE import_chunks (
    import TEXT NOT NULL REFERENCES imports (id),
    n INTEGER NOT NULL,
    lines TEXT NOT NULL,
    refused INTEGER NOT NULL,
    PRIMARY KEY (import, n)
) WITHOUT ROWID;
