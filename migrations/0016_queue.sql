-- The order of the review queue: urgent first, then what is due, then the oldest. Both columns follow from the card:
-- `urgent` where the action asks for it or its risk is high, `due` the time by which its work should be done, after all
-- times where it names none.
ALTER TABLE proposals ADD COLUMN urgent INTEGER GENERATED ALWAYS AS (
    risk IN ('high', 'critical') OR COALESCE(json_extract(card, '$.action.params.priority') = 'urgent', 0)
) VIRTUAL;

ALTER TABLE proposals ADD COLUMN due TEXT GENERATED ALWAYS AS (
    COALESCE(json_extract(card, '$.action.params.due_at'), '~')
) VIRTUAL;

-- For the urgent ones and those that expire soon, whichever expires first.
CREATE INDEX proposals_by_expiry ON proposals (urgent, expires_at, id) WHERE status = 'pending';

-- For all others: by due time, then the oldest. With its last two columns it also counts the queue.
CREATE INDEX proposals_by_due ON proposals (urgent, due, expires_at, id, snoozed_until, status)
WHERE status = 'pending';

-- An identity question is urgent where what it holds back is.
ALTER TABLE questions ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;

-- For the open questions of the queue, the oldest first.
CREATE INDEX questions_by_age ON questions (urgent, asked_at, id) WHERE status = 'open';
