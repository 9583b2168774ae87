-- +goose Up
-- People who sign in. Of links, sessions and recovery codes only the SHA-256 is kept.

-- name and e-mail address are empty when they were erased.
CREATE TABLE account_person (
  id           BLOB    NOT NULL PRIMARY KEY,
  name         TEXT    NOT NULL,
  email        TEXT,
  state        TEXT    NOT NULL,
  created_at   INTEGER NOT NULL,
  created_by   BLOB    NOT NULL,
  signed_in_at INTEGER,
  version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_person_email ON account_person (email);

CREATE TABLE account_membership (
  person BLOB NOT NULL,
  role   TEXT NOT NULL,
  org    BLOB NOT NULL,
  PRIMARY KEY (person, role, org)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_membership_org ON account_membership (org, role);

-- One-time links; the link that sets up the first administrator has no person.
CREATE TABLE account_invitation (
  id         BLOB    NOT NULL PRIMARY KEY,
  kind       TEXT    NOT NULL,
  person     BLOB    NOT NULL,
  secret     BLOB    NOT NULL,
  created_at INTEGER NOT NULL,
  created_by BLOB    NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_invitation_secret ON account_invitation (secret);
CREATE INDEX account_invitation_person ON account_invitation (person);

-- kind: password, totp, totp_new (not confirmed), passkey, recovery.
-- handle names a credential from outside: a passkey's id, the digest of a recovery code.
-- counter: the last step of a code, the signatures of a passkey.
CREATE TABLE account_credential (
  id         BLOB    NOT NULL PRIMARY KEY,
  person     BLOB    NOT NULL,
  kind       TEXT    NOT NULL,
  handle     TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  data       TEXT    NOT NULL,
  counter    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_credential_handle ON account_credential (kind, handle);
CREATE INDEX account_credential_person ON account_credential (person, kind);

CREATE TABLE account_session (
  id         BLOB    NOT NULL PRIMARY KEY,
  person     BLOB    NOT NULL,
  secret     BLOB    NOT NULL,
  stage      TEXT    NOT NULL,
  how        TEXT    NOT NULL,
  address    TEXT    NOT NULL,
  agent      TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  fresh_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX account_session_secret ON account_session (secret);
CREATE INDEX account_session_person ON account_session (person);
CREATE INDEX account_session_expires ON account_session (expires_at);

-- What a passkey is asked to sign, once.
CREATE TABLE account_challenge (
  id         BLOB    NOT NULL PRIMARY KEY,
  kind       TEXT    NOT NULL,
  person     BLOB    NOT NULL,
  data       TEXT    NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_challenge_expires ON account_challenge (expires_at);

-- Attempts that did not succeed; id is derived from path and subject and names nobody.
CREATE TABLE account_attempt (
  id       BLOB    NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_attempt_last ON account_attempt (last_at);
