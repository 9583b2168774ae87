// SPDX-License-Identifier: Apache-2.0

package register

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/relief/register/layout"
)

const (
	insertRunSQL = `
		INSERT INTO register_run
		  (id, kind, file, file_hash, mapping, started_at, finished_at, read, posted, held, rejected, already, skipped, total, last_key)
		VALUES ($1, $2, $3, $4, $5, $6, NULL, 0, 0, 0, 0, 0, 0, $7, '')
		ON CONFLICT (id) DO NOTHING`

	countRunSQL = `
		UPDATE register_run
		SET read = read + $2, posted = posted + $3, held = held + $4, rejected = rejected + $5, already = already + $6,
		    last_key = $7
		WHERE id = $1 AND read = $8`

	finishRunSQL = `
		UPDATE register_run
		SET finished_at = $2, skipped = $3
		WHERE id = $1`

	selectCopy = `
		SELECT file
		FROM register_run
		WHERE file_hash = $1 AND kind = $2
		ORDER BY id
		LIMIT 1`

	insertRowSQL = `
		INSERT INTO register_row (run_id, n, sheet, row, status, why, args, cells, reading, key, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')`

	claimKeySQL = `
		UPDATE register_key
		SET outcome = 'posted'
		WHERE key = $1 AND outcome IN ('held', 'rejected')`

	closeKeySQL = `
		UPDATE register_key
		SET document = $2
		WHERE key = $1`

	closeRowSQL = `
		UPDATE register_row
		SET status = $2, reason = $3
		WHERE key = $1 AND status IN ('held', 'rejected')`

	outcomesHead = `
		SELECT key, outcome
		FROM register_key
		WHERE key IN (`

	elsewhereHead = `
		SELECT content_key, MIN(file)
		FROM register_key
		WHERE outcome = 'posted' AND file <> $1 AND content_key IN (`

	insertKeysHead = `
		INSERT INTO register_key (key, content_key, file, outcome, document)
		VALUES `
)

// nameOfCopy returns the name under which the same bytes were imported first;
// the given name when they never were.
func nameOfCopy(ctx context.Context, q db.Queryer, kind Kind, digest, name string) (string, error) {
	first, err := db.Value[string](ctx, q, selectCopy, digest, string(kind))
	if errors.Is(err, db.ErrNoRows) {
		return name, nil
	}
	if err != nil {
		return "", fmt.Errorf("read earlier runs: %w", err)
	}
	return first, nil
}

func insertRun(ctx context.Context, tx *db.Tx, p *run, mapping string) error {
	// A copy under another name keeps the first name, which its keys carry.
	n, err := tx.Exec(ctx, insertRunSQL, p.id, string(p.req.Kind), p.as, p.digest, mapping, tx.Now(), p.total)
	if err != nil {
		return fmt.Errorf("insert run: %w", err)
	}
	if n == 0 {
		return ErrElsewhere
	}
	return nil
}

// ErrElsewhere ends the slower of two processes that work at one run: the chunk
// is written by the one that counts it first.
var ErrElsewhere = errs.New(errs.Conflict, "register.run.elsewhere")

// count adds a chunk to the sums of the run, which stand where this process
// left them.
func (p *run) count(ctx context.Context, tx *db.Tx, r Result, last string) error {
	before := p.result.Read
	if p.req.DryRun { // what was counted before was rolled back
		before = 0
	}
	n, err := tx.Exec(ctx, countRunSQL, p.id, r.Read, r.Posted, r.Held, r.Rejected, r.Already, last, before)
	if err != nil {
		return fmt.Errorf("count run: %w", err)
	}
	if n == 0 {
		return ErrElsewhere
	}
	return nil
}

func finishRun(ctx context.Context, tx *db.Tx, run id.ID, now time.Time, r Result) error {
	if _, err := tx.Exec(ctx, finishRunSQL, run, now, r.Skipped); err != nil {
		return fmt.Errorf("finish run: %w", err)
	}
	return nil
}

// outcome is how a known key ended.
type outcome string

// open reports whether a later run may still post the row.
func (o outcome) open() bool { return o == outcome(Held) || o == outcome(Refused) }

// holes returns $from, $from+1, … for n values.
func holes(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}

// outcomes returns how the rows' keys ended before, where they are known.
func outcomes(ctx context.Context, q db.Queryer, items []item) (map[string]outcome, error) {
	args := make([]any, len(items))
	for i := range items {
		args[i] = items[i].key
	}
	found := map[string]outcome{}
	err := db.Each(ctx, q, outcomesHead+holes(1, len(args))+")", args, func(r *db.Rows) error {
		var key, status string
		err := r.Scan(&key, &status)
		found[key] = outcome(status)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return found, nil
}

// postedElsewhere returns, by content key, the file under which a row was posted
// that says the same.
func postedElsewhere(ctx context.Context, q db.Queryer, items []item, file string) (map[string]string, error) {
	args := make([]any, 1, len(items)+1)
	args[0] = file
	strong := false
	for i := range items {
		args = append(args, items[i].content)
		strong = strong || items[i].strong
	}
	if !strong {
		return nil, nil
	}
	found := map[string]string{}
	query := elsewhereHead + holes(2, len(items)) + ")\n\t\tGROUP BY content_key"
	err := db.Each(ctx, q, query, args, func(r *db.Rows) error {
		var key, file string
		err := r.Scan(&key, &file)
		found[key] = file
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read content keys: %w", err)
	}
	return found, nil
}

// keyRow is one row of register_key.
type keyRow struct {
	key, content string
	status       Status
	document     id.ID
}

func insertKeys(ctx context.Context, tx *db.Tx, rows []keyRow, file string) error {
	if len(rows) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString(insertKeysHead)
	args := make([]any, 0, 4*len(rows)+1)
	args = append(args, file)
	for i, r := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		at := len(args) + 1
		fmt.Fprintf(&b, "($%d, $%d, $1, $%d, $%d)", at, at+1, at+2, at+3)
		args = append(args, r.key, r.content, string(r.status), r.document)
	}
	if _, err := tx.Exec(ctx, b.String(), args...); err != nil {
		return fmt.Errorf("insert keys: %w", err)
	}
	return nil
}

// stored is what register_row keeps of a row beside its original cells.
type stored struct {
	Kind       Kind             `json:"kind"`
	File       string           `json:"file"`
	Values     map[Field]string `json:"values"`
	Goods      []layout.Good    `json:"goods,omitempty"`
	Notes      []string         `json:"notes,omitempty"`
	EarmarkFor string           `json:"earmark_for,omitempty"`
	AmountUnit int              `json:"amount_unit,omitempty"`
	OneUnknown bool             `json:"one_means_unknown,omitempty"`
}

// original is the row as the file has it.
type original struct {
	Columns []string `json:"columns"`
	Cells   []string `json:"cells"`
}

func insertRow(ctx context.Context, tx *db.Tx, p *run, it *item, why *Problem) error {
	var texts [3]string
	for i, v := range []any{why.Args, original{it.e.Table.Columns, it.e.Cells}, keep(p.req.Kind, it.e)} {
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("row %d: %w", it.e.Row, err)
		}
		texts[i] = strings.ReplaceAll(string(b), `\u0000`, "")
	}
	_, err := tx.Exec(ctx, insertRowSQL, p.id, it.n, it.e.Table.Sheet, it.e.Row, string(why.Status), why.Key,
		texts[0], texts[1], texts[2], it.key)
	if err != nil {
		return fmt.Errorf("insert row: %w", err)
	}
	return nil
}

// claimHeld takes a held key for posting; false when somebody was faster.
func claimHeld(ctx context.Context, tx *db.Tx, key string) (bool, error) {
	n, err := tx.Exec(ctx, claimKeySQL, key)
	if err != nil {
		return false, fmt.Errorf("claim key: %w", err)
	}
	return n == 1, nil
}

// closeHeld marks a held row as posted.
func closeHeld(ctx context.Context, tx *db.Tx, key string, document id.ID) error {
	if _, err := tx.Exec(ctx, closeKeySQL, key, document); err != nil {
		return fmt.Errorf("close key: %w", err)
	}
	if _, err := tx.Exec(ctx, closeRowSQL, key, string(Resolved), ""); err != nil {
		return fmt.Errorf("close row: %w", err)
	}
	return nil
}
