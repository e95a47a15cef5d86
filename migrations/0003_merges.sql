-- Merges of two records, and their undoing. `part` was merged into `record`, both as they
-- stood then; which records have which root follows from the merges that stand. Only `undone_by` and `undone_at` change,
-- once.
CREATE TABLE merges (
    id TEXT PRIMARY KEY,
    part TEXT NOT NULL REFERENCES records (id),
    record TEXT NOT NULL REFERENCES records (id),
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    undone_by TEXT,
    undone_at INTEGER
) WITHOUT ROWID;

-- A record is part of one other at most.
CREATE UNIQUE INDEX merges_by_part ON merges (part) WHERE undone_at IS NULL;

-- For the parts of a record.
CREATE INDEX merges_by_record ON merges (record, id);

CREATE TRIGGER merges_join_records_that_stand BEFORE INSERT ON merges
WHEN NOT EXISTS (
    SELECT 1 FROM records part JOIN records whole ON whole.id = NEW.record AND whole.type = part.type
    WHERE part.id = NEW.part AND part.id <> whole.id AND part.root IS NULL AND whole.root IS NULL
)
BEGIN
    SELECT RAISE(ABORT, 'conflict: only records of one type that are part of no other can be merged');
END;

CREATE TRIGGER merges_are_undone_once BEFORE UPDATE ON merges
WHEN NEW.id <> OLD.id OR NEW.part <> OLD.part OR NEW.record <> OLD.record OR NEW.at <> OLD.at OR NEW.by <> OLD.by
    OR OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the merge was undone already');
END;

CREATE TRIGGER merges_are_never_deleted BEFORE DELETE ON merges
BEGIN
    SELECT RAISE(ABORT, 'conflict: merges are never deleted');
END;

-- The most members of a record: they are read one by one. The same number as `merges::MAX_PARTS`; a test compares them.
CREATE TRIGGER merges_are_bounded BEFORE INSERT ON merges
WHEN (SELECT COUNT(*) FROM records WHERE root IN (NEW.part, NEW.record)) + 2 > 100
BEGIN
    SELECT RAISE(ABORT, 'conflict: a record is made of at most a hundred');
END;

-- Records whose members changed by a merge or its undoing: the agent has to look at their proposals again.
CREATE TABLE unsettled (
    record TEXT PRIMARY KEY REFERENCES records (id),
    since INTEGER NOT NULL
) WITHOUT ROWID;

-- The assumption of a batch: an insert that does not hold refuses the batch, and nothing is ever stored.
CREATE VIEW assertions AS SELECT 1 AS holds;

CREATE TRIGGER assertions_hold INSTEAD OF INSERT ON assertions
WHEN NEW.holds IS NOT 1
BEGIN
    SELECT RAISE(ABORT, 'conflict: what this rests on changed in the meantime');
END;
