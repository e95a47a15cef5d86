-- The fields of a record, and the root that a merge gives it.
--
-- `root` is the record that this one is part of since a merge; NULL while it stands for itself. Rows that belong to a
-- record keep naming the record they came to: a read covers all records with this root, so that a merge
-- moves nothing and its undoing restores everything. A root has no root.
ALTER TABLE records ADD COLUMN root TEXT REFERENCES records (id);
ALTER TABLE records ADD COLUMN stage TEXT;
ALTER TABLE records ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';
-- Every edit names the version it rests on.
ALTER TABLE records ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- For the parts of a record.
CREATE INDEX records_by_root ON records (root) WHERE root IS NOT NULL;

CREATE TRIGGER records_rest_on_a_version BEFORE UPDATE OF name, owner, stage, attributes ON records
WHEN NEW.version <> OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record changed in the meantime');
END;

CREATE TRIGGER records_keep_what_they_are BEFORE UPDATE ON records
WHEN NEW.id <> OLD.id OR NEW.type <> OLD.type OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'conflict: what a record is never changes');
END;

-- A record that is part of another has no parts itself.
CREATE TRIGGER records_have_one_root BEFORE UPDATE OF root ON records
WHEN NEW.root IS NOT NULL AND (
    NEW.root = NEW.id
    OR EXISTS (SELECT 1 FROM records WHERE id = NEW.root AND root IS NOT NULL)
    OR EXISTS (SELECT 1 FROM records WHERE root = NEW.id)
)
BEGIN
    SELECT RAISE(ABORT, 'conflict: one of the records is part of another already');
END;
