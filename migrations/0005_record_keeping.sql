-- Records as people keep them: search, lists, links, claims, tasks and notes of their own.

-- The words by which a record is found: those of its name, folded. A record says its words in `words`, and the table
-- follows: nobody can forget it. Records from before get the plain words of their names.
ALTER TABLE records ADD COLUMN words TEXT NOT NULL DEFAULT '[]';

CREATE TABLE record_words (
    word TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (word, record)
) WITHOUT ROWID;

CREATE TRIGGER records_are_found_by_their_words AFTER INSERT ON records
BEGIN
    INSERT INTO record_words (word, record) SELECT DISTINCT value, NEW.id FROM json_each(NEW.words);
END;

CREATE TRIGGER records_are_found_by_their_new_words AFTER UPDATE OF words ON records
WHEN NEW.words <> OLD.words
BEGIN
    DELETE FROM record_words WHERE record = OLD.id AND word IN (SELECT value FROM json_each(OLD.words));
    INSERT INTO record_words (word, record) SELECT DISTINCT value, NEW.id FROM json_each(NEW.words);
END;

CREATE TRIGGER records_that_are_gone_are_not_found AFTER DELETE ON records
BEGIN
    DELETE FROM record_words WHERE record = OLD.id AND word IN (SELECT value FROM json_each(OLD.words));
END;

UPDATE records SET words =
    '["' || replace(replace(replace(lower(trim(name)), '\', ''), '"', ''), ' ', '","') || '"]' WHERE trim(name) <> '';

-- For lists of one type, newest first, of one owner, and of one stage.
CREATE INDEX records_by_type ON records (type);
CREATE INDEX records_by_owner ON records (owner) WHERE owner IS NOT NULL;
CREATE INDEX records_by_stage ON records (stage) WHERE stage IS NOT NULL;

-- Links: `other` is the `relation` of `record`, a deal's customer for example.
CREATE TABLE record_links (
    record TEXT NOT NULL REFERENCES records (id),
    relation TEXT NOT NULL,
    other TEXT NOT NULL REFERENCES records (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (record, relation, other),
    CHECK (record <> other)
) WITHOUT ROWID;

-- For the links that lead to a record.
CREATE INDEX record_links_by_other ON record_links (other);

-- SQLite cannot drop a NOT NULL, so three tables are written anew.
--
-- A claim that a person or a file brought has no event.
CREATE TABLE identities_anew (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    record TEXT NOT NULL REFERENCES records (id),
    role TEXT NOT NULL,
    event TEXT,
    created_at INTEGER NOT NULL,
    shared INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, value)
) WITHOUT ROWID;

INSERT INTO identities_anew SELECT kind, value, record, role, event, created_at, shared FROM identities;
DROP TABLE identities;
ALTER TABLE identities_anew RENAME TO identities;
CREATE INDEX identities_by_record ON identities (record);

-- Tasks and notes come from a proposal or from a person: `created_by` names the person. A task is open until it is
-- done or undone; `done_by` names who did it.
CREATE TABLE tasks_anew (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL REFERENCES records (id),
    proposal TEXT,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    priority TEXT NOT NULL,
    due_at INTEGER,
    assignee TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    done_at INTEGER,
    done_by TEXT,
    undone_at INTEGER,
    CHECK ((done_at IS NULL) = (done_by IS NULL))
) WITHOUT ROWID;

INSERT INTO tasks_anew (id, record, proposal, title, detail, priority, due_at, assignee, created_at, undone_at)
    SELECT id, record, proposal, title, detail, priority, due_at, assignee, created_at, undone_at FROM tasks;
DROP TABLE tasks;
ALTER TABLE tasks_anew RENAME TO tasks;

CREATE INDEX tasks_by_record ON tasks (record, id);

-- For the open tasks of a record, however many were done before.
CREATE INDEX tasks_open_by_record ON tasks (record, id) WHERE done_at IS NULL AND undone_at IS NULL;

-- For all open tasks: the longest overdue first, those without a date last.
CREATE INDEX tasks_open_by_date ON tasks (IFNULL(due_at, 9007199254740991), id)
    WHERE done_at IS NULL AND undone_at IS NULL;

CREATE TABLE notes_anew (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL REFERENCES records (id),
    proposal TEXT,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT,
    undone_at INTEGER
) WITHOUT ROWID;

INSERT INTO notes_anew (id, record, proposal, text, created_at, undone_at)
    SELECT id, record, proposal, text, created_at, undone_at FROM notes;
DROP TABLE notes;
ALTER TABLE notes_anew RENAME TO notes;

CREATE INDEX notes_by_record ON notes (record, id);
