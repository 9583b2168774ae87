-- +goose Up
-- The work: needs, receipts, distributions, money. A document and the ledger
-- entry that books it share one id.

CREATE TABLE need (
  id         BLOB    NOT NULL PRIMARY KEY,
  recipient  BLOB    NOT NULL,
  place      TEXT    NOT NULL,
  setting    TEXT    NOT NULL,
  stated_on  INTEGER NOT NULL,
  by_date    INTEGER NOT NULL,
  status     TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  note       TEXT    NOT NULL,
  replaces   BLOB,
  reason     TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX need_recipient ON need (recipient, id);
CREATE INDEX need_status ON need (status, id);

CREATE TABLE need_line (
  need_id    BLOB    NOT NULL REFERENCES need (id),
  n          INTEGER NOT NULL,
  class      TEXT    NOT NULL,
  item_text  TEXT    NOT NULL,
  spec_text  TEXT    NOT NULL,
  qty_text   TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('stated', 'about', 'at_least', 'unknown')),
  value      INTEGER NOT NULL,
  unit       TEXT    NOT NULL,
  base_value INTEGER,
  standards  TEXT    NOT NULL,
  PRIMARY KEY (need_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX need_line_class ON need_line (class, need_id);

CREATE TABLE receipt (
  id          BLOB    NOT NULL PRIMARY KEY,
  kind        TEXT    NOT NULL CHECK (kind IN ('donation', 'purchase')),
  donor       BLOB    NOT NULL,
  supplier    BLOB    NOT NULL,
  holder      BLOB    NOT NULL,
  place       TEXT    NOT NULL,
  occurred_at INTEGER NOT NULL,
  day         INTEGER NOT NULL,
  origin      TEXT    NOT NULL,
  source      TEXT    NOT NULL,
  note        TEXT    NOT NULL,
  status      TEXT    NOT NULL CHECK (status IN ('posted', 'corrected')),
  replaces    BLOB,
  reason      TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_donor ON receipt (donor, id);

CREATE TABLE receipt_line (
  receipt_id   BLOB    NOT NULL REFERENCES receipt (id),
  n            INTEGER NOT NULL,
  lot_id       BLOB    NOT NULL,
  day          INTEGER NOT NULL,
  class        TEXT    NOT NULL,
  commodity    TEXT    NOT NULL,
  quantity     INTEGER NOT NULL CHECK (quantity > 0),
  item_text    TEXT    NOT NULL,
  spec_text    TEXT    NOT NULL,
  qty_text     TEXT    NOT NULL,
  pack         TEXT    NOT NULL,
  standards    TEXT    NOT NULL,
  expires_on   INTEGER NOT NULL,
  earmark      BLOB    NOT NULL,
  value        INTEGER NOT NULL,
  currency     TEXT    NOT NULL,
  value_source TEXT    NOT NULL CHECK (value_source IN ('invoice', 'donor', 'estimate', 'none')),
  live         INTEGER NOT NULL CHECK (live IN (0, 1)),
  PRIMARY KEY (receipt_id, n)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX receipt_line_lot ON receipt_line (lot_id);
CREATE INDEX receipt_line_class ON receipt_line (class, day, receipt_id, n);

-- The value of goods is an attribute with its source, kept as sums by day.
CREATE TABLE receipt_value (
  class        TEXT    NOT NULL,
  currency     TEXT    NOT NULL,
  value_source TEXT    NOT NULL,
  day          INTEGER NOT NULL,
  stripe       INTEGER NOT NULL,
  amount       INTEGER NOT NULL,
  PRIMARY KEY (class, currency, value_source, day, stripe)
) STRICT, WITHOUT ROWID;

CREATE TABLE distribution (
  id          BLOB    NOT NULL PRIMARY KEY,
  recipient   BLOB    NOT NULL,
  place       TEXT    NOT NULL,
  occurred_at INTEGER NOT NULL,
  day         INTEGER NOT NULL,
  source      TEXT    NOT NULL,
  note        TEXT    NOT NULL,
  status      TEXT    NOT NULL CHECK (status IN ('posted', 'corrected')),
  replaces    BLOB,
  reason      TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX distribution_recipient ON distribution (recipient, id);
CREATE INDEX distribution_recent ON distribution (occurred_at, id);

CREATE TABLE distribution_line (
  distribution_id BLOB    NOT NULL REFERENCES distribution (id),
  n               INTEGER NOT NULL,
  day             INTEGER NOT NULL,
  class           TEXT    NOT NULL,
  commodity       TEXT    NOT NULL,
  accepted        INTEGER NOT NULL CHECK (accepted >= 0),
  rejected        INTEGER NOT NULL CHECK (rejected >= 0),
  reject_reason   TEXT    NOT NULL,
  unreconciled    INTEGER NOT NULL CHECK (unreconciled >= 0),
  item_text       TEXT    NOT NULL,
  spec_text       TEXT    NOT NULL,
  qty_text        TEXT    NOT NULL,
  pack            TEXT    NOT NULL,
  live            INTEGER NOT NULL CHECK (live IN (0, 1)),
  PRIMARY KEY (distribution_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX distribution_line_class ON distribution_line (class, day, distribution_id, n);
CREATE INDEX distribution_line_open ON distribution_line (class, distribution_id, n) WHERE unreconciled > 0 AND live = 1;

CREATE TABLE fund_record (
  id          BLOB    NOT NULL PRIMARY KEY,
  direction   TEXT    NOT NULL CHECK (direction IN ('in', 'out')),
  channel     TEXT    NOT NULL,
  purpose     TEXT    NOT NULL,
  party       BLOB    NOT NULL,
  organiser   BLOB    NOT NULL,
  earmark     BLOB    NOT NULL,
  amount      INTEGER NOT NULL CHECK (amount > 0),
  currency    TEXT    NOT NULL,
  occurred_at INTEGER NOT NULL,
  day         INTEGER NOT NULL,
  source      TEXT    NOT NULL,
  note        TEXT    NOT NULL,
  status      TEXT    NOT NULL CHECK (status IN ('posted', 'corrected')),
  replaces    BLOB,
  reason      TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX fund_record_day ON fund_record (direction, currency, day, id);
CREATE INDEX fund_record_channel ON fund_record (channel, id);
