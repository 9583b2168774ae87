// SPDX-License-Identifier: Apache-2.0

package journal_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

func TestARecordComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		wrote := must(t, d, fact("a", map[string]any{"名": "示例", "n": 5}))
		records := numbered(t, d)
		if len(records) != 1 {
			t.Fatalf("%d records, want 1", len(records))
		}
		wrote.Seq = 1
		if diff := cmp.Diff(wrote, records[0]); diff != "" {
			t.Errorf("-written +read:\n%s", diff)
		}
		if !records[0].Verify() {
			t.Error("a stored record does not fit its leaf")
		}
		history, err := journal.Of(t.Context(), d, id.Derive("a"))
		if err != nil || len(history) != 1 || history[0].ID != wrote.ID {
			t.Errorf("history %v (%v)", history, err)
		}
	})
}

// TestTheLeafIsThatOfTheDescription fixes the bytes: published leaves must be
// computed by others from the description in the package comment.
func TestTheLeafIsThatOfTheDescription(t *testing.T) {
	t.Parallel()
	random := bytes.NewReader(bytes.Repeat([]byte("0123456789abcdef"), 1000))
	d := dbtest.SQLite(t, db.Config{Clock: clock.NewManual(time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)), IDs: id.NewSource(random)})
	r := must(t, d, fact("a", map[string]any{"quantity": 5000, "item": "口罩 \"N95\""}))
	if want := `{"item":"口罩 \"N95\"","quantity":5000}`; r.Payload != want {
		t.Errorf("payload %s, want %s", r.Payload, want)
	}
	if got := hex.EncodeToString(r.Leaf[:]); got != goldenLeaf {
		t.Errorf("leaf %s, want %s: what was published before no longer verifies\nid %s salt %x actor %s subject %s", got, goldenLeaf, r.ID, r.Salt, r.Actor, r.Subject)
	}
}

// goldenLeaf was computed from the description, not by this program.
const goldenLeaf = "5d6f3b0fab19a342b5947b953b42b2edf44de7315c4de815b7a289e3ad625e2c"

func TestAChangedRecordDoesNotVerify(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	r := must(t, d, fact("a", nil))
	for name, change := range map[string]func(*journal.Record){
		"actor":   func(r *journal.Record) { r.Actor[0]++ },
		"action":  func(r *journal.Record) { r.Action = "receipt.delete" },
		"kind":    func(r *journal.Record) { r.SubjectKind = "need" },
		"subject": func(r *journal.Record) { r.Subject[15]++ },
		"reason":  func(r *journal.Record) { r.Reason += " " },
		"time":    func(r *journal.Record) { r.RecordedAt = r.RecordedAt.Add(time.Microsecond) },
		"payload": func(r *journal.Record) { r.Payload = `{"a":1}` },
		"id":      func(r *journal.Record) { r.ID[0]++ },
		"salt":    func(r *journal.Record) { r.Salt = bytes.Repeat([]byte{1}, len(r.Salt)) },
		"leaf":    func(r *journal.Record) { r.Leaf[0]++ },
	} {
		changed := r
		changed.Salt = bytes.Clone(r.Salt)
		change(&changed)
		if changed.Verify() {
			t.Errorf("%s changed and nobody noticed", name)
		}
	}
}

func TestFactsThatAreRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	change := func(f func(*journal.Fact)) journal.Fact {
		g := fact("a", nil)
		f(&g)
		return g
	}
	for name, f := range map[string]journal.Fact{
		"no action":  change(func(f *journal.Fact) { f.Action = "" }),
		"no kind":    change(func(f *journal.Fact) { f.SubjectKind = "" }),
		"no subject": change(func(f *journal.Fact) { f.Subject = id.Zero }),
		"a fraction": change(func(f *journal.Fact) { f.Payload = map[string]any{"x": 1.5} }),
		"a channel":  change(func(f *journal.Fact) { f.Payload = map[string]any{"x": make(chan int)} }),
	} {
		if _, err := record(t, d, f); err == nil {
			t.Errorf("%s was recorded", name)
		}
	}
	if n, err := journal.Count(t.Context(), d); err != nil || n != 0 {
		t.Errorf("%d records (%v), want none", n, err)
	}
}

func TestAKeyAnswersARepetitionAndRefusesAnotherRequest(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := fact("a", map[string]any{"n": 1})
		f.Key, f.Fingerprint = "k", []byte("request 1")
		first := must(t, d, f)
		if again, err := record(t, d, f); !errors.Is(err, journal.ErrAlready) || again.ID != first.ID {
			t.Errorf("repetition: %s %v", again.ID, err)
		}
		if found, err := journal.ByKey(t.Context(), d, "k"); err != nil || found.ID != first.ID {
			t.Errorf("by key: %s %v", found.ID, err)
		}
		other := f
		other.Fingerprint = []byte("request 2")
		action := f
		action.Action = "receipt.correct"
		for _, g := range []journal.Fact{other, action} {
			if _, err := record(t, d, g); !errs.Is(err, errs.Invalid) || errs.As(err).Key != "error.key_reused" {
				t.Errorf("reused for %s: %v", g.Action, err)
			}
		}
		if n, err := journal.Count(t.Context(), d); err != nil || n != 1 {
			t.Errorf("%d records (%v), want 1", n, err)
		}
	})
}

func TestErasingLeavesOrderAndLeaf(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		f := fact("a", map[string]any{"phone": "示例"})
		f.Key, f.Fingerprint = "k", []byte("digest of a short request")
		first := must(t, d, f)
		must(t, d, fact("b", nil))
		before := numbered(t, d)
		erase := func(record id.ID) error {
			return d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return journal.Erase(ctx, tx, record) })
		}
		if err := erase(first.ID); err != nil {
			t.Fatal(err)
		}
		after := numbered(t, d)
		if got := after[0]; got.Payload != "" || got.Salt != nil || got.Reason != "" || got.Leaf != before[0].Leaf || got.Seq != 1 {
			t.Errorf("erased record: %+v", got)
		}
		if !after[0].Verify() {
			t.Error("an erased record does not stand as it is")
		}
		n, err := db.Value[int64](t.Context(), d, `SELECT count(*) FROM journal_record WHERE fingerprint IS NOT NULL`)
		if err != nil || n != 0 {
			t.Errorf("the digest of the erased request is still there (%v)", err)
		}
		if err := erase(id.Derive("none")); !errs.Is(err, errs.NotFound) {
			t.Errorf("erase what is not there: %v", err)
		}
		if c := wantClean(t, d); c.Erased != 1 || c.Records != 2 {
			t.Errorf("checked %+v", c)
		}
	})
}

func TestARecordLivesAndDiesWithItsWrite(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")
		err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if _, err := journal.Write(ctx, tx, fact("a", nil)); err != nil {
				return err
			}
			return refused
		})
		if n, e := journal.Count(t.Context(), d); !errors.Is(err, refused) || e != nil || n != 0 {
			t.Errorf("%v; %d records (%v)", err, n, e)
		}
	})
}
