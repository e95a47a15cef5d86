-- For the entries of people about a record, however many others there are.
CREATE INDEX ledger_besides_proposals ON ledger (chain) WHERE proposal IS NULL;
