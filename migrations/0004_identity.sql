-- Identity: the keys by which a record is found when no exact claim decides, the questions that only a person can answer,
-- and the further records that an event is about.

-- The profile by which a party is compared with others: a document of the matcher's, NULL where there is none.
-- Each change counts `profile_version` up by one, so that two that learn at once do not forget what the other learned.
ALTER TABLE records ADD COLUMN profile TEXT;
ALTER TABLE records ADD COLUMN profile_version INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER records_learn_one_after_another BEFORE UPDATE OF profile ON records
WHEN NEW.profile_version <> OLD.profile_version + 1
BEGIN
    SELECT RAISE(ABORT, 'conflict: more became known of the record in the meantime');
END;

-- More than one party goes by the claim: it no longer decides alone.
ALTER TABLE identities ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;

-- The keys by which a record is found as a candidate. They follow from its profile.
CREATE TABLE record_keys (
    key TEXT NOT NULL,
    record TEXT NOT NULL REFERENCES records (id),
    PRIMARY KEY (key, record)
) WITHOUT ROWID;

-- The number of records with a value: a common one is weaker evidence.
CREATE TABLE terms (
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (field, value)
) WITHOUT ROWID;

-- The numbers and ids that people quote of a record's events: an invoice's number, a booking's id. They are not
-- the party's own, and two tools may use the same one.
CREATE TABLE handles (
    handle TEXT NOT NULL,
    record TEXT NOT NULL REFERENCES records (id),
    what TEXT NOT NULL,
    PRIMARY KEY (handle, record)
) WITHOUT ROWID;

-- Identity questions, each asked once for the claims that `key` is the digest of. `record` is provisional: the party's
-- events wait there, undecided, until a person answers. Answered without `answer` means: somebody new.
CREATE TABLE questions (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL REFERENCES records (id),
    event TEXT NOT NULL,
    candidates TEXT NOT NULL,
    status TEXT NOT NULL,
    answer TEXT REFERENCES records (id),
    merge TEXT,
    answered_by TEXT,
    answered_at INTEGER,
    asked_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;

-- For the queue, newest first.
CREATE INDEX questions_by_status ON questions (status, id);

-- For the open question about a record.
CREATE UNIQUE INDEX questions_by_record ON questions (record);

CREATE TRIGGER questions_rest_on_a_version BEFORE UPDATE ON questions
WHEN NEW.version <> OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'conflict: the question changed in the meantime');
END;

CREATE TRIGGER questions_keep_their_matter BEFORE UPDATE ON questions
WHEN NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.record <> OLD.record OR NEW.event <> OLD.event
    OR NEW.asked_at <> OLD.asked_at
BEGIN
    SELECT RAISE(ABORT, 'conflict: what a question is about never changes');
END;

-- The further records that an event is about: a deal, a project, an asset, a vendor, each with a confidence.
CREATE TABLE concerns (
    event TEXT NOT NULL,
    record TEXT NOT NULL REFERENCES records (id),
    role TEXT NOT NULL,
    confidence REAL NOT NULL,
    how TEXT NOT NULL,
    PRIMARY KEY (event, record)
) WITHOUT ROWID;

-- For the timeline of such a record.
CREATE INDEX concerns_by_record ON concerns (record, event);
