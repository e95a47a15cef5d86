-- What people did to a record, however much was proposed about it and carried out.
CREATE INDEX ledger_besides_proposals ON ledger (chain) WHERE proposal IS NULL;
