-- +goose Up
-- How many hand-overs of each recipient stand, kept with every hand-over, so that
-- the report of today does not count them.
CREATE TABLE distribution_count (
  recipient BLOB    NOT NULL,
  stripe    INTEGER NOT NULL,
  amount    INTEGER NOT NULL,
  PRIMARY KEY (recipient, stripe)
) STRICT, WITHOUT ROWID;
INSERT INTO distribution_count (recipient, stripe, amount)
SELECT recipient, 0, count(*)
FROM distribution
WHERE status = 'posted'
GROUP BY recipient;
