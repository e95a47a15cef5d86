-- Erasure of personal data.
--
-- Once an erasure begins, its record takes nothing new, and its rows may be deleted, which triggers else refuse. A nameless
-- record, its chain without bodies, and tombstones remain.
ALTER TABLE records ADD COLUMN erased_at INTEGER;

-- Each erasure and its progress: `step` and `cursor` are the place where it continues.
CREATE TABLE erasures (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL UNIQUE REFERENCES records (id),
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    step TEXT NOT NULL,
    cursor TEXT NOT NULL DEFAULT '',
    last_error TEXT,
    done_at INTEGER,
    released_by TEXT,
    released_at INTEGER
) WITHOUT ROWID;

-- For erasures that are not done.
CREATE INDEX erasures_under_way ON erasures (id) WHERE done_at IS NULL;

CREATE TRIGGER erasures_are_never_deleted BEFORE DELETE ON erasures
BEGIN
    SELECT RAISE(ABORT, 'conflict: erasures are never deleted');
END;

-- Digests of the claims of erased people, so that later data about them is suppressed. `hits`
-- counts suppressed deliveries.
CREATE TABLE tombstones (
    digest TEXT PRIMARY KEY,
    erasure TEXT NOT NULL REFERENCES erasures (id),
    hits INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER
) WITHOUT ROWID;

CREATE INDEX tombstones_by_erasure ON tombstones (erasure);

-- The key of the digests: without one, anybody who has them could try addresses and numbers one after another.
-- `erasures` counts the erasures, so that a batch can name the number it rests on.
CREATE TABLE tombstone_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    key TEXT NOT NULL,
    erasures INTEGER NOT NULL
);

INSERT INTO tombstone_key (one, key, erasures) VALUES (1, hex(randomblob(32)), 0);

CREATE TRIGGER tombstone_key_stays BEFORE UPDATE OF key ON tombstone_key
BEGIN
    SELECT RAISE(ABORT, 'the key of the tombstones never changes');
END;

CREATE TRIGGER erasures_are_counted AFTER INSERT ON erasures
BEGIN
    UPDATE tombstone_key SET erasures = erasures + 1;
END;

-- A batch that rests on the erasures so far inserts their number here. Nothing is ever stored.
CREATE VIEW erasures_known AS SELECT erasures AS n FROM tombstone_key;

CREATE TRIGGER erasures_known_are_all INSTEAD OF INSERT ON erasures_known
WHEN NEW.n <> (SELECT erasures FROM tombstone_key)
BEGIN
    SELECT RAISE(ABORT, 'conflict: somebody was erased in the meantime');
END;

-- For the rows of one record: they are exported and erased together.
CREATE INDEX record_keys_by_record ON record_keys (record);
CREATE INDEX record_words_by_record ON record_words (record);
CREATE INDEX handles_by_record ON handles (record);

-- No new rows about an erased record.
CREATE TRIGGER erased_records_get_no_events BEFORE INSERT ON events
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_claims BEFORE INSERT ON identities
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_proposals BEFORE INSERT ON proposals
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_tasks BEFORE INSERT ON tasks
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_notes BEFORE INSERT ON notes
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_drafts BEFORE INSERT ON drafts
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_notifications BEFORE INSERT ON notifications
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_keys BEFORE INSERT ON record_keys
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_handles BEFORE INSERT ON handles
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_questions BEFORE INSERT ON questions
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_concerns BEFORE INSERT ON concerns
WHEN (SELECT erased_at FROM records WHERE id = NEW.record) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_get_no_links BEFORE INSERT ON record_links
WHEN EXISTS (SELECT 1 FROM records WHERE id IN (NEW.record, NEW.other) AND erased_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_are_not_merged BEFORE INSERT ON merges
WHEN EXISTS (SELECT 1 FROM records WHERE id IN (NEW.part, NEW.record) AND erased_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER erased_records_are_not_taken_apart BEFORE UPDATE ON merges
WHEN EXISTS (SELECT 1 FROM records WHERE id IN (NEW.part, NEW.record) AND erased_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

-- An erased record does not change, except that its fields are blanked.
CREATE TRIGGER erased_records_become_nobody BEFORE UPDATE OF name, owner, stage, attributes, words, root, profile ON records
WHEN OLD.erased_at IS NOT NULL AND (
    NEW.name <> 'Erased' OR NEW.owner IS NOT NULL OR NEW.stage IS NOT NULL OR NEW.attributes <> '{}'
    OR NEW.words <> '[]' OR NEW.root IS NOT OLD.root OR NEW.profile IS NOT NULL
)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

CREATE TRIGGER records_stay_erased BEFORE UPDATE OF erased_at ON records
WHEN OLD.erased_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

-- Its chain takes the entries of the erasure, and those of proposals that still exist: an effect under way ends there.
CREATE TRIGGER erased_chains_end BEFORE INSERT ON ledger
WHEN NEW.kind NOT IN ('erased', 'let_back_in')
    AND (SELECT erased_at FROM records WHERE id = NEW.chain) IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM proposals WHERE id = NEW.proposal)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the record is erased');
END;

-- An erasure waits for an effect that is under way.
DROP TRIGGER proposals_are_never_deleted;

CREATE TRIGGER proposals_are_only_erased BEFORE DELETE ON proposals
WHEN OLD.status = 'executing' OR (SELECT erased_at FROM records WHERE id = OLD.record) IS NULL
BEGIN
    SELECT RAISE(ABORT, 'conflict: proposals are never deleted, but with a record that is erased');
END;
