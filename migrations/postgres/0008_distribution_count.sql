-- +goose Up
-- How many hand-overs of each recipient stand, kept with every hand-over, so that
-- the report of today does not count them.
CREATE TABLE distribution_count (
  recipient UUID   NOT NULL,
  stripe    BIGINT NOT NULL,
  amount    BIGINT NOT NULL,
  PRIMARY KEY (recipient, stripe)
);
INSERT INTO distribution_count (recipient, stripe, amount)
SELECT recipient, 0, count(*)
FROM distribution
WHERE status = 'posted'
GROUP BY recipient;
