-- +goose Up
-- Lists of what is booked by day, and of stock by expiry, without reading all of it.

CREATE INDEX receipt_line_day ON receipt_line (day, receipt_id, n);
CREATE INDEX distribution_line_day ON distribution_line (day, distribution_id, n);
CREATE INDEX fund_record_any_day ON fund_record (day, id);
CREATE INDEX ledger_lot_expiry ON ledger_lot (expires_on, id) WHERE expires_on > 0;
