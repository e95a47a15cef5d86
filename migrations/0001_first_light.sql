-- The shared database. Ids are text, times whole milliseconds, documents JSON text.
--
-- Guards live here: triggers refuse a write that rests on something no longer true, and the whole batch with it. Messages
-- of such refusals begin with "conflict:"; callers read again and decide again.
--
-- Tables keyed by text have no rowid: the key is the table, one row written instead of two. Every index costs a row
-- written per row, so each says what it is for.

-- Customers and the like. `id`, `type` and `created_at` never change.
CREATE TABLE records (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    owner TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The owner of each claim. The key gives it to one record: of two events that create the same customer at once, one fails.
CREATE TABLE identities (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    record TEXT NOT NULL REFERENCES records (id),
    role TEXT NOT NULL,
    event TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (kind, value)
) WITHOUT ROWID;

-- For the claims of a record: its page, the addresses a draft may go to.
CREATE INDEX identities_by_record ON identities (record);

-- The index row of an event; the raw body stays in its inbox. Only `duplicates` and `decided_at` change.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL REFERENCES records (id),
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    inbox TEXT NOT NULL,
    matched TEXT NOT NULL,
    event TEXT NOT NULL,
    duplicates INTEGER NOT NULL DEFAULT 0,
    decided_at INTEGER
) WITHOUT ROWID;

-- For the events of a record, newest first.
CREATE INDEX events_by_record ON events (record, id);

-- Proposed actions. `card` is everything a person is shown and `digest` covers it. Record and event of a proposal never
-- change; every change counts `version` up by one.
CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL REFERENCES records (id),
    event TEXT NOT NULL,
    event_kind TEXT NOT NULL,
    action_kind TEXT NOT NULL,
    status TEXT NOT NULL,
    risk TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    card TEXT NOT NULL,
    snoozed_until INTEGER,
    assigned_to TEXT,
    decision TEXT,
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER,
    last_error TEXT,
    result TEXT,
    outcome TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

-- For the queue, newest first, and for the sweeper.
CREATE INDEX proposals_by_status ON proposals (status, id);

-- For the proposals of a record.
CREATE INDEX proposals_by_record ON proposals (record, id);

CREATE TRIGGER proposals_rest_on_a_version BEFORE UPDATE ON proposals
WHEN NEW.version <> OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'conflict: the proposal changed in the meantime');
END;

-- The same table as `ProposalStatus::successors`; a test compares them.
CREATE TRIGGER proposals_follow_their_states BEFORE UPDATE ON proposals
WHEN NEW.status <> OLD.status AND NOT (
    (OLD.status = 'pending' AND NEW.status IN ('approved', 'rejected', 'withdrawn', 'expired'))
    OR (OLD.status = 'approved' AND NEW.status IN ('executing', 'withdrawn', 'failed'))
    OR (OLD.status = 'executing' AND NEW.status IN ('approved', 'done', 'failed', 'unknown'))
    OR (OLD.status = 'failed' AND NEW.status IN ('approved', 'rejected'))
    OR (OLD.status = 'unknown' AND NEW.status IN ('approved', 'done', 'failed'))
    OR (OLD.status = 'done' AND NEW.status = 'undone')
)
BEGIN
    SELECT RAISE(ABORT, 'conflict: the proposal is in another state');
END;

CREATE TRIGGER proposals_keep_their_matter BEFORE UPDATE ON proposals
WHEN NEW.id <> OLD.id OR NEW.record <> OLD.record OR NEW.event <> OLD.event OR NEW.event_kind <> OLD.event_kind
    OR NEW.action_kind <> OLD.action_kind OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'conflict: what a proposal is about never changes');
END;

CREATE TRIGGER proposals_are_never_deleted BEFORE DELETE ON proposals
BEGIN
    SELECT RAISE(ABORT, 'conflict: proposals are never deleted');
END;

-- The ledger: one chain of entries per record, and one for settings. `hash` covers every other column but `seq`, and
-- the hash before it. `seq` only gives an order across chains.
CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY,
    chain TEXT NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    proposal TEXT,
    event TEXT,
    body_digest TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (chain, n)
);

-- The head of each chain: without it a missing tail would not be noticed.
CREATE TABLE chains (
    chain TEXT PRIMARY KEY,
    n INTEGER NOT NULL,
    hash TEXT NOT NULL
) WITHOUT ROWID;

-- The bodies of the entries. The chain covers only a salted digest, so that personal data can be erased and
-- the chain still verifies.
CREATE TABLE ledger_bodies (
    chain TEXT NOT NULL,
    n INTEGER NOT NULL,
    salt TEXT,
    body TEXT,
    erased_at INTEGER,
    PRIMARY KEY (chain, n)
) WITHOUT ROWID;

CREATE TRIGGER ledger_entries_follow BEFORE INSERT ON ledger
WHEN NEW.n <> 1 + COALESCE((SELECT n FROM chains WHERE chain = NEW.chain), 0)
    OR NEW.prev_hash <> COALESCE((SELECT hash FROM chains WHERE chain = NEW.chain), '')
BEGIN
    SELECT RAISE(ABORT, 'conflict: the chain went on in the meantime');
END;

CREATE TRIGGER ledger_moves_its_head AFTER INSERT ON ledger
BEGIN
    INSERT INTO chains (chain, n, hash) VALUES (NEW.chain, NEW.n, NEW.hash)
    ON CONFLICT (chain) DO UPDATE SET n = NEW.n, hash = NEW.hash;
END;

CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_is_never_deleted BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER chains_move_one_step BEFORE UPDATE ON chains
WHEN NEW.chain <> OLD.chain OR NEW.n <> OLD.n + 1
    OR NOT EXISTS (SELECT 1 FROM ledger WHERE chain = NEW.chain AND n = NEW.n AND hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER chains_are_never_deleted BEFORE DELETE ON chains
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER ledger_bodies_are_only_erased BEFORE UPDATE ON ledger_bodies
WHEN NEW.chain <> OLD.chain OR NEW.n <> OLD.n OR OLD.erased_at IS NOT NULL
    OR NEW.erased_at IS NULL OR NEW.body IS NOT NULL OR NEW.salt IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a body may only be erased');
END;

CREATE TRIGGER ledger_bodies_are_never_deleted BEFORE DELETE ON ledger_bodies
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only: a body may only be erased');
END;

-- The effects of local actions. Each id derives from its proposal's, so an effect cannot happen twice.
CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL REFERENCES records (id),
    proposal TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    priority TEXT NOT NULL,
    due_at INTEGER,
    assignee TEXT,
    created_at INTEGER NOT NULL,
    undone_at INTEGER
) WITHOUT ROWID;

CREATE INDEX tasks_by_record ON tasks (record, id);

CREATE TABLE notes (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL REFERENCES records (id),
    proposal TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    undone_at INTEGER
) WITHOUT ROWID;

CREATE INDEX notes_by_record ON notes (record, id);

CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL REFERENCES records (id),
    proposal TEXT NOT NULL,
    recipient TEXT,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    undone_at INTEGER
) WITHOUT ROWID;

CREATE INDEX drafts_by_record ON drafts (record, id);

CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL REFERENCES records (id),
    proposal TEXT NOT NULL,
    audience TEXT NOT NULL,
    text TEXT NOT NULL,
    priority TEXT NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX notifications_by_record ON notifications (record, id);

-- Categories that may act without a person. Absent means: ask.
CREATE TABLE autonomy (
    event_kind TEXT NOT NULL,
    action_kind TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (event_kind, action_kind)
) WITHOUT ROWID;
