-- +goose Up
-- The work: needs, receipts, distributions, money. A document and the ledger
-- entry that books it share one id.

CREATE TABLE need (
  id         UUID    NOT NULL PRIMARY KEY,
  recipient  UUID    NOT NULL,
  place      TEXT    NOT NULL,
  setting    TEXT    NOT NULL,
  stated_on  BIGINT NOT NULL,
  by_date    BIGINT NOT NULL,
  status     TEXT    NOT NULL,
  source     TEXT    NOT NULL,
  note       TEXT    NOT NULL,
  replaces   UUID,
  reason     TEXT    NOT NULL,
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX need_recipient ON need (recipient, id);
CREATE INDEX need_status ON need (status, id);

CREATE TABLE need_line (
  need_id    UUID    NOT NULL REFERENCES need (id),
  n          BIGINT NOT NULL,
  class      TEXT    NOT NULL,
  item_text  TEXT    NOT NULL,
  spec_text  TEXT    NOT NULL,
  qty_text   TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('stated', 'about', 'at_least', 'unknown')),
  value      BIGINT NOT NULL,
  unit       TEXT    NOT NULL,
  base_value BIGINT,
  standards  TEXT    NOT NULL,
  PRIMARY KEY (need_id, n)
);
CREATE INDEX need_line_class ON need_line (class, need_id);

CREATE TABLE receipt (
  id          UUID    NOT NULL PRIMARY KEY,
  kind        TEXT    NOT NULL CHECK (kind IN ('donation', 'purchase')),
  donor       UUID    NOT NULL,
  supplier    UUID    NOT NULL,
  holder      UUID    NOT NULL,
  place       TEXT    NOT NULL,
  occurred_at BIGINT NOT NULL,
  day         BIGINT NOT NULL,
  origin      TEXT    NOT NULL,
  source      TEXT    NOT NULL,
  note        TEXT    NOT NULL,
  status      TEXT    NOT NULL CHECK (status IN ('posted', 'corrected')),
  replaces    UUID,
  reason      TEXT    NOT NULL,
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL
);
CREATE INDEX receipt_donor ON receipt (donor, id);

CREATE TABLE receipt_line (
  receipt_id   UUID    NOT NULL REFERENCES receipt (id),
  n            BIGINT NOT NULL,
  lot_id       UUID    NOT NULL,
  day          BIGINT NOT NULL,
  class        TEXT    NOT NULL,
  commodity    TEXT    NOT NULL,
  quantity     BIGINT NOT NULL CHECK (quantity > 0),
  item_text    TEXT    NOT NULL,
  spec_text    TEXT    NOT NULL,
  qty_text     TEXT    NOT NULL,
  pack         TEXT    NOT NULL,
  standards    TEXT    NOT NULL,
  expires_on   BIGINT NOT NULL,
  earmark      UUID    NOT NULL,
  value        BIGINT NOT NULL,
  currency     TEXT    NOT NULL,
  value_source TEXT    NOT NULL CHECK (value_source IN ('invoice', 'donor', 'estimate', 'none')),
  live         BIGINT NOT NULL CHECK (live IN (0, 1)),
  PRIMARY KEY (receipt_id, n)
);
CREATE UNIQUE INDEX receipt_line_lot ON receipt_line (lot_id);
CREATE INDEX receipt_line_class ON receipt_line (class, day, receipt_id, n);

-- The value of goods is an attribute with its source, kept as sums by day.
CREATE TABLE receipt_value (
  class        TEXT    NOT NULL,
  currency     TEXT    NOT NULL,
  value_source TEXT    NOT NULL,
  day          BIGINT NOT NULL,
  stripe       BIGINT NOT NULL,
  amount       BIGINT NOT NULL,
  PRIMARY KEY (class, currency, value_source, day, stripe)
);

CREATE TABLE distribution (
  id          UUID    NOT NULL PRIMARY KEY,
  recipient   UUID    NOT NULL,
  place       TEXT    NOT NULL,
  occurred_at BIGINT NOT NULL,
  day         BIGINT NOT NULL,
  source      TEXT    NOT NULL,
  note        TEXT    NOT NULL,
  status      TEXT    NOT NULL CHECK (status IN ('posted', 'corrected')),
  replaces    UUID,
  reason      TEXT    NOT NULL,
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL
);
CREATE INDEX distribution_recipient ON distribution (recipient, id);
CREATE INDEX distribution_recent ON distribution (occurred_at, id);

CREATE TABLE distribution_line (
  distribution_id UUID    NOT NULL REFERENCES distribution (id),
  n               BIGINT NOT NULL,
  day             BIGINT NOT NULL,
  class           TEXT    NOT NULL,
  commodity       TEXT    NOT NULL,
  accepted        BIGINT NOT NULL CHECK (accepted >= 0),
  rejected        BIGINT NOT NULL CHECK (rejected >= 0),
  reject_reason   TEXT    NOT NULL,
  unreconciled    BIGINT NOT NULL CHECK (unreconciled >= 0),
  item_text       TEXT    NOT NULL,
  spec_text       TEXT    NOT NULL,
  qty_text        TEXT    NOT NULL,
  pack            TEXT    NOT NULL,
  live            BIGINT NOT NULL CHECK (live IN (0, 1)),
  PRIMARY KEY (distribution_id, n)
);
CREATE INDEX distribution_line_class ON distribution_line (class, day, distribution_id, n);
CREATE INDEX distribution_line_open ON distribution_line (class, distribution_id, n) WHERE unreconciled > 0 AND live = 1;

CREATE TABLE fund_record (
  id          UUID    NOT NULL PRIMARY KEY,
  direction   TEXT    NOT NULL CHECK (direction IN ('in', 'out')),
  channel     TEXT    NOT NULL,
  purpose     TEXT    NOT NULL,
  party       UUID    NOT NULL,
  organiser   UUID    NOT NULL,
  earmark     UUID    NOT NULL,
  amount      BIGINT NOT NULL CHECK (amount > 0),
  currency    TEXT    NOT NULL,
  occurred_at BIGINT NOT NULL,
  day         BIGINT NOT NULL,
  source      TEXT    NOT NULL,
  note        TEXT    NOT NULL,
  status      TEXT    NOT NULL CHECK (status IN ('posted', 'corrected')),
  replaces    UUID,
  reason      TEXT    NOT NULL,
  version     BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL
);
CREATE INDEX fund_record_day ON fund_record (direction, currency, day, id);
CREATE INDEX fund_record_channel ON fund_record (channel, id);
