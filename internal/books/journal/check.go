// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Fault is one thing that is wrong in the journal. Code is the end of the
// message key `check.journal_<code>`.
type Fault struct {
	Code    string
	Subject string         // the id of the record, or the name of the cursor
	Args    map[string]any // arguments of the message
}

// Checked says how much was compared.
type Checked struct {
	Records int64 // with or without a number
	Waiting int64 // without a number yet
	Erased  int64 // content gone, leaf kept
	Last    int64 // the highest number
}

// Check proves the journal, or reports what is wrong in it: numbers 1, 2, 3 …
// without gap or repetition, every leaf that of its record, no subscriber ahead
// of the last number. Erased records have nothing to compare; they are counted.
// q should be a snapshot (db.View).
func Check(ctx context.Context, q db.Queryer, report func(Fault)) (Checked, error) {
	c := &checker{report: report}
	if err := c.read(ctx, q, checkNumbered, c.number); err != nil {
		return c.done, fmt.Errorf("check numbers: %w", err)
	}
	if err := c.read(ctx, q, checkWaiting, func(*row) { c.done.Waiting++ }); err != nil {
		return c.done, fmt.Errorf("check waiting records: %w", err)
	}
	err := db.Each(ctx, q, checkCursors, []any{c.done.Last}, func(r *db.Rows) error {
		var name string
		var seq int64
		if err := r.Scan(&name, &seq); err != nil {
			return err
		}
		c.fault("cursor", name, "name", name, "seq", seq, "last", c.done.Last)
		return nil
	})
	if err != nil {
		return c.done, fmt.Errorf("check cursors: %w", err)
	}
	return c.done, nil
}

type checker struct {
	report func(Fault)
	done   Checked
}

func (c *checker) fault(code, subject string, args ...any) {
	f := Fault{Code: code, Subject: subject, Args: make(map[string]any, len(args)/2)}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	c.report(f)
}

func (c *checker) read(ctx context.Context, q db.Queryer, query string, visit func(*row)) error {
	return db.Each(ctx, q, query, nil, func(rows *db.Rows) error {
		var r row
		if err := rows.Scan(r.fields()...); err != nil {
			return err
		}
		c.done.Records++
		visit(&r)
		c.content(&r)
		return nil
	})
}

// number expects the number after the one before.
func (c *checker) number(r *row) {
	switch seq := *r.seq; {
	case seq == c.done.Last:
		c.fault("repeated", r.ID.String(), "record", r.ID.String(), "seq", seq)
	case seq != c.done.Last+1:
		c.fault("gap", r.ID.String(), "record", r.ID.String(), "seq", seq, "expected", c.done.Last+1)
	}
	c.done.Last = *r.seq
}

// content compares a record with its leaf.
func (c *checker) content(r *row) {
	erased := r.payload == nil
	if erased != (r.Salt == nil) || erased && r.Reason != "" || len(r.leaf) != sha256.Size {
		c.fault("half_erased", r.ID.String(), "record", r.ID.String())
		return
	}
	if erased {
		c.done.Erased++
		return
	}
	if !r.finish().Verify() {
		c.fault("leaf", r.ID.String(), "record", r.ID.String(), "action", r.Action)
	}
}
