-- +goose Up
-- The books: what must never be wrong. See docs/architecture.md.

CREATE TABLE ledger_account (
  id      UUID    NOT NULL PRIMARY KEY,
  kind    TEXT    NOT NULL,
  holder  UUID    NOT NULL,
  place   TEXT    NOT NULL,
  guarded BIGINT NOT NULL CHECK (guarded IN (0, 1))
);
CREATE INDEX ledger_account_kind ON ledger_account (kind, holder);

CREATE TABLE ledger_earmark (
  id        UUID NOT NULL PRIMARY KEY,
  as_stated TEXT NOT NULL,
  recipient UUID NOT NULL,
  place     TEXT NOT NULL,
  purpose   TEXT NOT NULL
);

CREATE TABLE ledger_lot (
  id         UUID    NOT NULL PRIMARY KEY,
  commodity  TEXT    NOT NULL,
  donor      UUID    NOT NULL,
  earmark    UUID    NOT NULL,
  code       TEXT    NOT NULL,
  opened_on  BIGINT NOT NULL,
  expires_on BIGINT NOT NULL
);
CREATE INDEX ledger_lot_code ON ledger_lot (code) WHERE code <> '';
CREATE INDEX ledger_lot_donor ON ledger_lot (donor, id);

CREATE TABLE ledger_entry (
  id          UUID    NOT NULL PRIMARY KEY,
  kind        TEXT    NOT NULL,
  occurred_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  day         BIGINT NOT NULL,
  reason      TEXT    NOT NULL,
  evidence    TEXT    NOT NULL,
  key         TEXT,
  reverses    UUID REFERENCES ledger_entry (id)
);
CREATE UNIQUE INDEX ledger_entry_key ON ledger_entry (key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX ledger_entry_reverses ON ledger_entry (reverses) WHERE reverses IS NOT NULL;

CREATE TABLE ledger_line (
  entry_id   UUID    NOT NULL REFERENCES ledger_entry (id),
  n          BIGINT NOT NULL,
  account_id UUID    NOT NULL,
  commodity  TEXT    NOT NULL,
  lot_id     UUID    NOT NULL,
  donor      UUID    NOT NULL,
  earmark    UUID    NOT NULL,
  amount     BIGINT NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (entry_id, n)
);
CREATE INDEX ledger_line_lot ON ledger_line (lot_id, entry_id);

CREATE TABLE ledger_balance (
  account_id UUID    NOT NULL,
  commodity  TEXT    NOT NULL,
  lot_id     UUID    NOT NULL,
  kind       TEXT    NOT NULL,
  guarded    BIGINT NOT NULL,
  amount     BIGINT NOT NULL,
  held       BIGINT NOT NULL CHECK (held >= 0),
  PRIMARY KEY (account_id, commodity, lot_id),
  CONSTRAINT ledger_balance_guard CHECK (guarded = 0 OR amount >= held)
);
CREATE INDEX ledger_balance_stock ON ledger_balance (commodity, lot_id) WHERE kind = 'stock' AND amount > 0;
CREATE INDEX ledger_balance_lot ON ledger_balance (lot_id);

CREATE TABLE ledger_hold (
  id          UUID    NOT NULL PRIMARY KEY,
  account_id  UUID    NOT NULL,
  commodity   TEXT    NOT NULL,
  lot_id      UUID    NOT NULL,
  amount      BIGINT NOT NULL CHECK (amount > 0),
  state       TEXT    NOT NULL CHECK (state IN ('held', 'posted', 'voided', 'expired')),
  purpose     TEXT    NOT NULL,
  reserved_at BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  settled_at  BIGINT,
  entry_id    UUID REFERENCES ledger_entry (id)
);
CREATE INDEX ledger_hold_open ON ledger_hold (expires_at) WHERE state = 'held';
CREATE INDEX ledger_hold_account ON ledger_hold (account_id, commodity, lot_id) WHERE state = 'held';

-- Sums kept with every entry. side: 1 what came in, -1 what went out; a
-- correction takes away from the side of what it corrects.
CREATE TABLE ledger_day (
  kind      TEXT    NOT NULL,
  commodity TEXT    NOT NULL,
  day       BIGINT NOT NULL,
  side      BIGINT NOT NULL,
  stripe    BIGINT NOT NULL,
  amount    BIGINT NOT NULL,
  PRIMARY KEY (kind, commodity, day, side, stripe)
);

CREATE TABLE ledger_turnover (
  account_id UUID    NOT NULL,
  commodity  TEXT    NOT NULL,
  side       BIGINT NOT NULL,
  stripe     BIGINT NOT NULL,
  amount     BIGINT NOT NULL,
  PRIMARY KEY (account_id, commodity, side, stripe)
);

CREATE TABLE journal_record (
  id           UUID    NOT NULL PRIMARY KEY,
  seq          BIGINT,
  recorded_at  BIGINT NOT NULL,
  actor        UUID    NOT NULL,
  action       TEXT    NOT NULL,
  subject_kind TEXT    NOT NULL,
  subject_id   UUID    NOT NULL,
  reason       TEXT    NOT NULL,
  payload      TEXT,
  salt         BYTEA,
  leaf         BYTEA    NOT NULL,
  idem_key     TEXT,
  fingerprint  BYTEA
);
CREATE UNIQUE INDEX journal_record_seq ON journal_record (seq) WHERE seq IS NOT NULL;
CREATE INDEX journal_record_pending ON journal_record (recorded_at, id) WHERE seq IS NULL;
CREATE INDEX journal_record_subject ON journal_record (subject_id);
CREATE UNIQUE INDEX journal_record_idem ON journal_record (idem_key) WHERE idem_key IS NOT NULL;

CREATE TABLE journal_cursor (
  name TEXT    NOT NULL PRIMARY KEY,
  seq  BIGINT NOT NULL
);
