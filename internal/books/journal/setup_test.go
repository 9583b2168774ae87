// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"context"
	"testing"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// fact is a small fact about a subject.
func fact(subject string, payload map[string]any) journal.Fact {
	return journal.Fact{
		Actor: id.Derive("example person"), Action: "receipt.create", SubjectKind: "receipt",
		Subject: id.Derive(subject), Reason: "it came in", Payload: payload,
	}
}

func record(t *testing.T, d *db.DB, f journal.Fact) (r journal.Record, err error) {
	t.Helper()
	err = d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		r, err = journal.Write(ctx, tx, f)
		return err
	})
	return r, err
}

func must(t *testing.T, d *db.DB, f journal.Fact) journal.Record {
	t.Helper()
	r, err := record(t, d, f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func numbered(t *testing.T, d *db.DB) []journal.Record {
	t.Helper()
	if err := journal.SequenceAll(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	records, err := journal.After(t.Context(), d, 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// wantClean requires that Check finds nothing.
func wantClean(t *testing.T, d *db.DB) (c journal.Checked) {
	t.Helper()
	err := d.View(t.Context(), func(ctx context.Context, v *db.View) (err error) {
		c, err = journal.Check(ctx, v, func(f journal.Fault) { t.Errorf("check: %+v", f) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
