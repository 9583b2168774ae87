-- +goose Up
-- What is in stock, lot by lot, without sorting all of it for each page.

CREATE INDEX ledger_balance_shelf ON ledger_balance (lot_id, account_id) WHERE kind = 'stock' AND amount > 0;
