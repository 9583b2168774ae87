// SPDX-License-Identifier: Apache-2.0

package ledger

const (
	// In the order of the entries, so that each entry's lines come together. An
	// entry without lines comes once. same: 2 when the line says what its lot
	// says, 1 when it says something else, 0 when there is no such lot.
	checkLines = `
		SELECT e.id, e.day, CASE WHEN e.reverses IS NULL THEN 0 ELSE 1 END,
		       l.account_id, l.commodity, l.lot_id, l.amount,
		       CASE WHEN t.id IS NULL THEN 0
		            WHEN t.commodity = l.commodity AND t.donor = l.donor AND t.earmark = l.earmark THEN 2
		            ELSE 1 END,
		       CASE WHEN l.donor = $1 AND l.earmark = $1 THEN 1 ELSE 0 END
		FROM ledger_entry e
		LEFT JOIN ledger_line l ON l.entry_id = e.id
		LEFT JOIN ledger_lot t ON t.id = l.lot_id
		ORDER BY e.id`

	countLines = `
		SELECT count(*)
		FROM ledger_line`

	checkOrphans = `
		SELECT l.entry_id, count(*)
		FROM ledger_line l
		LEFT JOIN ledger_entry e ON e.id = l.entry_id
		WHERE e.id IS NULL
		GROUP BY l.entry_id`

	checkAccounts = `
		SELECT id, kind, holder, place, guarded
		FROM ledger_account`

	checkBalances = `
		SELECT account_id, commodity, lot_id, kind, guarded, amount, held
		FROM ledger_balance`

	// Slow, and run only when the books are known to be wrong.
	findBalances = `
		SELECT coalesce(b.account_id, s.account_id), coalesce(b.commodity, s.commodity),
		       coalesce(b.lot_id, s.lot_id), coalesce(b.amount, 0), coalesce(s.amount, 0),
		       coalesce(b.kind, ''), coalesce(a.kind, '')
		FROM ledger_balance b
		FULL OUTER JOIN (
		  SELECT account_id, commodity, lot_id, CAST(sum(amount) AS BIGINT) AS amount
		  FROM ledger_line
		  GROUP BY account_id, commodity, lot_id
		) AS s ON s.account_id = b.account_id AND s.commodity = b.commodity AND s.lot_id = b.lot_id
		LEFT JOIN ledger_account a ON a.id = coalesce(b.account_id, s.account_id)
		WHERE coalesce(b.amount, 0) <> coalesce(s.amount, 0)
		   OR (b.kind IS NOT NULL AND b.kind <> a.kind)`

	checkHolds = `
		SELECT account_id, commodity, lot_id, CAST(sum(amount) AS BIGINT)
		FROM ledger_hold
		WHERE state = 'held'
		GROUP BY account_id, commodity, lot_id`

	checkDays = `
		SELECT kind, commodity, day, side, amount
		FROM ledger_day`

	checkTurnovers = `
		SELECT account_id, commodity, side, amount
		FROM ledger_turnover`

	checkTwice = `
		SELECT reverses, count(*)
		FROM ledger_entry
		WHERE reverses IS NOT NULL
		GROUP BY reverses
		HAVING count(*) > 1`

	countReversals = `
		SELECT count(*)
		FROM ledger_entry
		WHERE reverses IS NOT NULL`

	countLots = `
		SELECT count(*)
		FROM ledger_lot`

	// A correction has the lines of its original, number by number, with the
	// opposite amounts, on the same day; and it corrects no correction.
	checkMirrors = `
		SELECT r.id
		FROM ledger_entry r
		LEFT JOIN ledger_entry o ON o.id = r.reverses
		WHERE r.reverses IS NOT NULL
		  AND (o.id IS NULL OR o.reverses IS NOT NULL OR o.day <> r.day
		    OR (SELECT count(*) FROM ledger_line WHERE entry_id = r.id)
		       <> (SELECT count(*) FROM ledger_line WHERE entry_id = r.reverses)
		    OR EXISTS (
		      SELECT 1
		      FROM ledger_line l
		      LEFT JOIN ledger_line m ON m.entry_id = r.reverses AND m.n = l.n
		      WHERE l.entry_id = r.id
		        AND (m.n IS NULL OR m.account_id <> l.account_id OR m.commodity <> l.commodity
		          OR m.lot_id <> l.lot_id OR m.amount <> -l.amount)))`
)
