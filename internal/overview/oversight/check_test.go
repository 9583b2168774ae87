// SPDX-License-Identifier: Apache-2.0

package oversight_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/overview/oversight"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

var day = time.Date(2020, 2, 17, 4, 0, 0, 0, time.UTC)

// write fills small books: receipts, a distribution, a correction, a hold, money
// without a lot, and the journal of it, with one record erased.
func write(t *testing.T, d *db.DB) {
	t.Helper()
	l := ledger.New(time.UTC)
	donor, hospital := id.Derive("example donor"), id.Derive("example hospital")
	source := ledger.Account{Kind: ledger.Source, Holder: donor}
	stock := ledger.Account{Kind: ledger.Stock, Place: "main"}
	recipient := ledger.Account{Kind: ledger.Recipient, Holder: hospital}
	fund := ledger.Account{Kind: ledger.Fund, Place: "bank"}
	err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		var entries []id.ID
		post := func(from, to ledger.Account, c ledger.Commodity, lot id.ID, amount int64, opens ...ledger.Lot) {
			e, err := l.Post(ctx, tx, ledger.Draft{Kind: "move", OccurredAt: day, Lines: []ledger.Line{
				{Account: from, Commodity: c, Lot: lot, Amount: -amount}, {Account: to, Commodity: c, Lot: lot, Amount: amount},
			}}, opens...)
			if err != nil {
				t.Error(err)
			}
			entries = append(entries, e.ID)
			if _, err := journal.Write(ctx, tx, journal.Fact{Action: "entry.post", SubjectKind: "entry", Subject: e.ID, Payload: map[string]any{"amount": amount}}); err != nil {
				t.Error(err)
			}
		}
		masks := ledger.Lot{ID: id.Derive("lot masks"), Commodity: "mask", Donor: donor, OpenedOn: 20200217}
		suits := ledger.Lot{ID: id.Derive("lot suits"), Commodity: "suit", Donor: donor, OpenedOn: 20200217}
		post(source, stock, "mask", masks.ID, 100, masks)
		post(source, stock, "suit", suits.ID, 50, suits)
		post(stock, recipient, "mask", masks.ID, 30)
		post(stock, recipient, "suit", suits.ID, 20)
		post(stock, recipient, "suit", suits.ID, 20)
		post(source, fund, "CNY", id.Zero, 7700)
		if _, err := l.Reverse(ctx, tx, entries[3], "wrong ward", ""); err != nil {
			t.Error(err)
		}
		_, err := l.Reserve(ctx, tx, ledger.Reservation{Account: stock, Commodity: "mask", Lot: masks.ID, Amount: 10, ExpiresAt: tx.Now().Add(time.Hour)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.SequenceAll(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	records, err := journal.After(t.Context(), d, 0, 10)
	if err != nil || len(records) != 6 {
		t.Fatalf("%d records (%v), want 6", len(records), err)
	}
	if err := d.Tx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return journal.Erase(ctx, tx, records[1].ID) }); err != nil {
		t.Fatal(err)
	}
}

// codes runs Check and returns the codes of its findings, sorted.
func codes(t *testing.T, d *db.DB, blobs oversight.Blobs) (found []string, s oversight.Summary) {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err = oversight.Check(t.Context(), d, blobs, func(f oversight.Finding) {
		found = append(found, f.Code)
		if f.Subject == "" {
			t.Errorf("%s has no subject", f.Code)
		}
		var args []any
		for name, value := range f.Args {
			args = append(args, name, value)
		}
		for _, language := range []string{"zh-Hans", "en"} {
			if text := bundle.For(language).T(f.Key, args...); strings.Contains(text, f.Key) || strings.Contains(text, "<no value>") {
				t.Errorf("%s in %s: %q", f.Key, language, text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Findings != int64(len(found)) {
		t.Errorf("%d findings counted, %d reported", s.Findings, len(found))
	}
	slices.Sort(found)
	return found, s
}

func TestSoundBooksHaveNoFindings(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		if found, _ := codes(t, d, nil); len(found) > 0 {
			t.Errorf("empty books: %v", found)
		}
		write(t, d)
		found, s := codes(t, d, nil)
		if len(found) > 0 {
			t.Errorf("found %v", found)
		}
		want := oversight.Summary{
			Ledger:  ledger.Checked{Accounts: 4, Entries: 7, Lines: 14, Lots: 2, Balances: 8, Holds: 1, Corrections: 1},
			Journal: journal.Checked{Records: 6, Erased: 1, Last: 6},
		}
		if s != want {
			t.Errorf("summary %+v\nwant    %+v", s, want)
		}
	})
}

// These name rows of the small books, the same on both engines.
const (
	mended  = `(SELECT id FROM ledger_entry WHERE reverses IS NOT NULL AND kind <> 'again')`
	stockID = `(SELECT id FROM ledger_account WHERE kind = 'stock')`
)

// faults are statements that go behind the back of the books, and what Check
// must find then: that and nothing else.
var faults = map[string]struct {
	want       string
	statements []string
}{
	"an entry does not sum to zero": {"ledger.unbalanced", []string{
		`UPDATE ledger_line SET amount = 101 WHERE amount = 100`,
		`UPDATE ledger_balance SET amount = amount + 1 WHERE kind = 'stock' AND commodity = 'mask'`,
		`UPDATE ledger_day SET amount = amount + 1 WHERE kind = 'stock' AND commodity = 'mask' AND side = 1`,
		`UPDATE ledger_turnover SET amount = amount + 1 WHERE account_id = ` + stockID + ` AND commodity = 'mask' AND side = 1`,
	}},
	"an entry without lines": {"ledger.lines", []string{
		`INSERT INTO ledger_entry (id, kind, occurred_at, recorded_at, day, reason, evidence)
		 SELECT account_id, 'x', 1, 1, 20200217, '', '' FROM ledger_balance WHERE kind = 'fund'`,
	}},
	"lines without an entry": {"ledger.no_entry", []string{
		`INSERT INTO ledger_line (entry_id, n, account_id, commodity, lot_id, donor, earmark, amount)
		 SELECT lot_id, n + 10, account_id, commodity, lot_id, donor, earmark, amount FROM ledger_line WHERE amount = 100`,
		`INSERT INTO ledger_line (entry_id, n, account_id, commodity, lot_id, donor, earmark, amount)
		 SELECT lot_id, n + 20, account_id, commodity, lot_id, donor, earmark, -amount FROM ledger_line WHERE amount = 100 AND n < 10`,
	}},
	"an amount beyond all amounts": {"ledger.too_large ledger.too_large", []string{
		`UPDATE ledger_line SET amount = CASE WHEN amount > 0 THEN 1 ELSE -1 END * 2000000000000000 WHERE commodity = 'CNY'`,
		`UPDATE ledger_balance SET amount = CASE WHEN amount > 0 THEN 1 ELSE -1 END * 2000000000000000 WHERE commodity = 'CNY'`,
		`UPDATE ledger_day SET amount = CASE WHEN amount > 0 THEN 1 ELSE -1 END * 2000000000000000 WHERE commodity = 'CNY'`,
		`UPDATE ledger_turnover SET amount = CASE WHEN amount > 0 THEN 1 ELSE -1 END * 2000000000000000 WHERE commodity = 'CNY'`,
	}},
	"a line of another donor than its lot": {"ledger.lot", []string{
		`UPDATE ledger_line SET donor = lot_id WHERE amount = 100`,
	}},
	"money without a lot that names a donor": {"ledger.lot", []string{
		`UPDATE ledger_line SET donor = account_id WHERE amount = 7700`,
	}},
	"a lot that is gone": {"ledger.no_lot ledger.no_lot ledger.no_lot ledger.no_lot", []string{
		`DELETE FROM ledger_lot WHERE commodity = 'mask'`,
	}},
	"a lot that became another commodity": {"ledger.lot ledger.lot ledger.lot ledger.lot", []string{
		`UPDATE ledger_lot SET commodity = 'glove' WHERE commodity = 'mask'`,
	}},
	"an account that was renamed": {"ledger.account", []string{
		`UPDATE ledger_account SET place = 'elsewhere' WHERE kind = 'fund'`,
	}},
	"an account that is gone": {"ledger.day ledger.no_account ledger.turnover", []string{
		`DELETE FROM ledger_account WHERE kind = 'fund'`,
	}},
	"a balance that is not the sum of its lines": {"ledger.balance", []string{
		`UPDATE ledger_balance SET amount = amount + 1 WHERE kind = 'recipient' AND commodity = 'mask'`,
	}},
	"two wrong balances that cancel each other": {"ledger.balance ledger.balance", []string{
		`UPDATE ledger_balance SET amount = amount + 1 WHERE kind = 'recipient' AND commodity = 'mask'`,
		`UPDATE ledger_balance SET amount = amount - 1 WHERE kind = 'stock' AND commodity = 'mask'`,
	}},
	"a balance that is gone": {"ledger.balance", []string{
		`DELETE FROM ledger_balance WHERE kind = 'recipient' AND commodity = 'mask'`,
	}},
	"a balance that came from nowhere": {"ledger.balance", []string{
		`INSERT INTO ledger_balance (account_id, commodity, lot_id, kind, guarded, amount, held)
		 SELECT account_id, 'glove', lot_id, kind, guarded, 5, 0 FROM ledger_balance WHERE kind = 'recipient' AND commodity = 'mask'`,
	}},
	"a balance of another kind than its account": {"ledger.balance", []string{
		`UPDATE ledger_balance SET kind = 'transit' WHERE kind = 'recipient' AND commodity = 'mask'`,
	}},
	"more held than the holds": {"ledger.held", []string{
		`UPDATE ledger_balance SET held = held + 1 WHERE kind = 'stock' AND commodity = 'mask'`,
	}},
	"a hold that holds nothing": {"ledger.held", []string{
		`UPDATE ledger_hold SET commodity = 'glove'`,
		`UPDATE ledger_balance SET held = 0 WHERE kind = 'stock' AND commodity = 'mask'`,
	}},
	"a stock that lost its guard": {"ledger.guard", []string{
		`UPDATE ledger_balance SET guarded = 0 WHERE kind = 'stock' AND commodity = 'mask'`,
	}},
	"a sum by day that is off": {"ledger.day", []string{
		`UPDATE ledger_day SET amount = amount + 1 WHERE kind = 'stock' AND commodity = 'mask' AND side = 1`,
	}},
	"a sum by day that is gone": {"ledger.day", []string{
		`DELETE FROM ledger_day WHERE kind = 'recipient' AND commodity = 'mask'`,
	}},
	"a sum by account that is off": {"ledger.turnover", []string{
		`UPDATE ledger_turnover SET amount = amount - 1 WHERE account_id = ` + stockID + ` AND commodity = 'mask' AND side = 1`,
	}},
	"a correction on another day": {"ledger.day ledger.day ledger.day ledger.day ledger.mirror", []string{
		`UPDATE ledger_entry SET day = 20200218 WHERE reverses IS NOT NULL`,
	}},
	"a correction of another lot": {"ledger.mirror", []string{
		`UPDATE ledger_line SET n = n + 1 WHERE n = 1 AND entry_id = ` + mended,
	}},
	"an entry corrected twice": {"ledger.twice", []string{
		`DROP INDEX ledger_entry_reverses`,
		`INSERT INTO ledger_entry (id, kind, occurred_at, recorded_at, day, reason, evidence, reverses)
		 SELECT lot_id, 'again', 1, 1, 20200217, '', '', (SELECT reverses FROM ledger_entry WHERE reverses IS NOT NULL)
		 FROM ledger_line WHERE amount = 100`,
		`INSERT INTO ledger_line (entry_id, n, account_id, commodity, lot_id, donor, earmark, amount)
		 SELECT (SELECT id FROM ledger_entry WHERE kind = 'again'), n, account_id, commodity, lot_id, donor, earmark, amount
		 FROM ledger_line WHERE entry_id = ` + mended,
		`UPDATE ledger_balance SET amount = amount + 20 WHERE kind = 'stock' AND commodity = 'suit'`,
		`UPDATE ledger_balance SET amount = amount - 20 WHERE kind = 'recipient' AND commodity = 'suit'`,
		`UPDATE ledger_day SET amount = amount + 20 WHERE kind = 'stock' AND commodity = 'suit' AND side = -1`,
		`UPDATE ledger_day SET amount = amount - 20 WHERE kind = 'recipient' AND commodity = 'suit' AND side = 1`,
		`UPDATE ledger_turnover SET amount = amount + 20 WHERE commodity = 'suit' AND side = -1 AND account_id = ` + stockID,
		`UPDATE ledger_turnover SET amount = amount - 20 WHERE commodity = 'suit' AND side = 1 AND account_id <> ` + stockID,
	}},
	"a gap in the journal":        {"journal.gap", []string{`DELETE FROM journal_record WHERE seq = 3`}},
	"a number given twice":        {"journal.gap journal.repeated", []string{`DROP INDEX journal_record_seq`, `UPDATE journal_record SET seq = 2 WHERE seq = 3`}},
	"a reason that was rewritten": {"journal.leaf", []string{`UPDATE journal_record SET reason = 'another' WHERE seq = 1`}},
	"a payload that was rewritten": {"journal.leaf", []string{
		`UPDATE journal_record SET payload = '{"amount":1}' WHERE seq = 1`,
	}},
	"a leaf that was rewritten":      {"journal.leaf", []string{`UPDATE journal_record SET leaf = (SELECT leaf FROM journal_record WHERE seq = 4) WHERE seq = 1`}},
	"a record that is half erased":   {"journal.half_erased", []string{`UPDATE journal_record SET payload = NULL WHERE seq = 1`}},
	"a subscriber ahead of the last": {"journal.cursor", []string{`INSERT INTO journal_cursor (name, seq) VALUES ('mail', 7)`}},
}

func TestEachFaultIsFoundAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, c := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Run(t, func(t *testing.T, d *db.DB) {
				write(t, d)
				unlock(t, d)
				for _, s := range c.statements {
					if _, err := d.SQL().ExecContext(t.Context(), s); err != nil {
						t.Fatalf("%s: %v", s, err)
					}
				}
				found, _ := codes(t, d, nil)
				if want := strings.Fields(c.want); !slices.Equal(found, want) {
					t.Errorf("found %v, want %v", found, want)
				}
			})
		})
	}
}

// unlock switches off what the database itself would refuse.
func unlock(t *testing.T, d *db.DB) {
	t.Helper()
	statements := []string{`PRAGMA foreign_keys = 0`, `PRAGMA ignore_check_constraints = 1`}
	if d.Engine() == db.Postgres {
		statements = []string{
			`ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_entry_id_fkey`,
			`ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_guard`,
		}
	}
	for _, s := range statements {
		if _, err := d.SQL().ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStockBelowItsHoldsIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		write(t, d)
		unlock(t, d)
		for _, s := range []string{`UPDATE ledger_hold SET amount = 1000`, `UPDATE ledger_balance SET held = 1000 WHERE held > 0`} {
			if _, err := d.SQL().ExecContext(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		if found, _ := codes(t, d, nil); !slices.Equal(found, []string{"ledger.guard"}) {
			t.Errorf("found %v, want ledger.guard", found)
		}
	})
}

// shelf is files in memory: name → content.
type shelf map[string]string

func (s shelf) Walk(_ context.Context, visit func(string, io.Reader) error) error {
	for name, content := range s {
		if err := visit(name, strings.NewReader(content)); err != nil {
			return err
		}
	}
	return nil
}

const helloName = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

func TestFilesAreComparedWithTheirNames(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	found, s := codes(t, d, shelf{helloName: "hello"})
	if len(found) > 0 || s.Blobs != 1 {
		t.Errorf("found %v in %d files", found, s.Blobs)
	}
	if found, _ := codes(t, d, shelf{helloName: "hullo"}); !slices.Equal(found, []string{"blob.changed"}) {
		t.Errorf("found %v, want blob.changed", found)
	}
}

type broken struct{}

func (broken) Walk(context.Context, func(string, io.Reader) error) error {
	return errors.New("the disk is gone")
}

func TestACheckThatCannotFinishSaysSo(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t, db.Config{})
	_, err := oversight.Check(t.Context(), d, broken{}, func(oversight.Finding) {})
	if err == nil {
		t.Error("files that cannot be read passed the check")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := oversight.Check(ctx, d, nil, func(oversight.Finding) {}); err == nil {
		t.Error("a cancelled check passed")
	}
}
