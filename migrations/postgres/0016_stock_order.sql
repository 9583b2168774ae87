-- +goose Up
-- What is in stock, lot by lot, without sorting all of it for each page.

CREATE INDEX ledger_balance_shelf ON ledger_balance (lot_id, account_id) WHERE kind = 'stock' AND amount > 0;

-- What was given for somebody: few lots, so that the index costs others nothing.
ALTER TABLE ledger_lot ADD COLUMN earmarked BIGINT GENERATED ALWAYS AS (CASE WHEN earmark <> '00000000-0000-0000-0000-000000000000' THEN 1 ELSE 0 END) STORED;
CREATE INDEX ledger_lot_earmarked ON ledger_lot (earmarked, id) WHERE earmarked = 1;
