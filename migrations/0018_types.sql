-- A person corrects the type of a record. The correction names the version it rests on. A record with parts, or that is
-- part of another, keeps its type: all members of a record have one.
DROP TRIGGER records_keep_what_they_are;

CREATE TRIGGER records_keep_what_they_are BEFORE UPDATE ON records
WHEN NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'conflict: what a record is never changes');
END;

CREATE TRIGGER records_change_their_type_alone BEFORE UPDATE OF type ON records
WHEN NEW.type <> OLD.type AND (
    NEW.version <> OLD.version + 1
    OR OLD.root IS NOT NULL
    OR EXISTS (SELECT 1 FROM records WHERE root = OLD.id)
)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record changed in the meantime, or is made of several');
END;
