// SPDX-License-Identifier: Apache-2.0

package oversight_test

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/overview/oversight"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
)

// TestAMillionEntries measures a check of books with a million entries, each
// with its journal record. QIAO_BENCH=1 turns it on; QIAO_BENCH_ENTRIES changes
// the number.
func TestAMillionEntries(t *testing.T) {
	if os.Getenv("QIAO_BENCH") == "" {
		t.Skip("set QIAO_BENCH=1 to measure a million entries")
	}
	n := 1_000_000
	if text := os.Getenv("QIAO_BENCH_ENTRIES"); text != "" {
		if _, err := fmt.Sscan(text, &n); err != nil {
			t.Fatal(err)
		}
	}
	d := dbtest.SQLite(t, db.Config{})
	start := clock.Start()
	fill(t, d, n)
	t.Logf("made %d entries in %s", n, clock.Since(start).Round(time.Millisecond))
	debug.FreeOSMemory()
	resetPeak(t)
	start = clock.Start()
	s, err := oversight.Check(t.Context(), d, nil, func(f oversight.Finding) { t.Errorf("%+v", f) })
	if err != nil {
		t.Fatal(err)
	}
	took := clock.Since(start)
	t.Logf("checked %+v in %s, peak RSS %s", s, took.Round(time.Millisecond), peak(t))
}

// fill makes n entries: a receipt of a new lot, then three distributions of it,
// in writes of two hundred, with a journal record each.
func fill(t *testing.T, d *db.DB, n int) {
	t.Helper()
	l := ledger.New(time.UTC)
	stock := ledger.Account{Kind: ledger.Stock, Place: "main"}
	var lot ledger.Lot
	for made := 0; made < n; {
		err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for range 200 {
				kind, from, to, amount := "distribution", stock, ledger.Account{Kind: ledger.Recipient, Holder: id.Derive(fmt.Sprint("hospital", made%3000))}, int64(10)
				var opens []ledger.Lot
				if made%4 == 0 {
					lot = ledger.Lot{ID: tx.NewID(), Commodity: ledger.Commodity(fmt.Sprint("item-", made%97)), Donor: id.Derive(fmt.Sprint("donor", made%5000))}
					kind, from, to, amount, opens = "receipt", ledger.Account{Kind: ledger.Source, Holder: lot.Donor}, stock, 100, []ledger.Lot{lot}
				}
				e, err := l.Post(ctx, tx, ledger.Draft{Kind: kind, OccurredAt: day.AddDate(0, 0, made%60), Lines: []ledger.Line{
					{Account: from, Commodity: lot.Commodity, Lot: lot.ID, Amount: -amount},
					{Account: to, Commodity: lot.Commodity, Lot: lot.ID, Amount: amount},
				}}, opens...)
				if err != nil {
					return err
				}
				fact := journal.Fact{Action: kind + ".create", SubjectKind: kind, Subject: e.ID, Payload: map[string]any{"amount": amount, "commodity": string(lot.Commodity)}}
				if _, err := journal.Write(ctx, tx, fact); err != nil {
					return err
				}
				made++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := journal.SequenceAll(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

// resetPeak makes the kernel count the peak of memory anew.
func resetPeak(t *testing.T) {
	t.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Logf("the peak of memory is that of the whole test: %v", err)
	}
}

// peak returns the largest resident memory of this process, as Linux tells it.
func peak(t *testing.T) string {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
