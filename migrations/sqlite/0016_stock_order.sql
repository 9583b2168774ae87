-- +goose Up
-- What is in stock, lot by lot, without sorting all of it for each page.

CREATE INDEX ledger_balance_shelf ON ledger_balance (lot_id, account_id) WHERE kind = 'stock' AND amount > 0;

-- What was given for somebody: few lots, so that the index costs others nothing.
ALTER TABLE ledger_lot ADD COLUMN earmarked INTEGER GENERATED ALWAYS AS (earmark <> x'00000000000000000000000000000000') VIRTUAL;
CREATE INDEX ledger_lot_earmarked ON ledger_lot (earmarked, id) WHERE earmarked = 1;
