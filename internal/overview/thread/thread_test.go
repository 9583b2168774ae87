// SPDX-License-Identifier: Apache-2.0

package thread_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/overview/thread"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/catalog"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

var (
	zone   = time.FixedZone("UTC+8", 8*3600)
	first  = id.Derive("example first hospital")
	second = id.Derive("example second hospital")
)

// day returns noon of a day of February 2020.
func day(n int) time.Time { return time.Date(2020, 2, n, 12, 0, 0, 0, zone) }

// office is an office through whose hands lots go.
type office struct {
	*testing.T
	db            *db.DB
	actor         account.Actor
	receipts      *receipt.Service
	distributions *distribution.Service
	stock         *stock.Service
}

func onBoth(t *testing.T, test func(o *office)) {
	t.Helper()
	t.Parallel()
	dbtest.RunWith(t, db.Config{Clock: clock.NewManual(day(20))}, func(t *testing.T, d *db.DB) {
		policy, err := account.LoadPolicy()
		if err != nil {
			t.Fatal(err)
		}
		goods, err := catalog.Load()
		if err != nil {
			t.Fatal(err)
		}
		books := ledger.New(zone)
		orgs := org.New(d, policy, func(name string) string { return name })
		test(&office{
			t, d, account.System(), receipt.New(d, books, policy, goods, orgs),
			distribution.New(d, books, policy, goods, orgs), stock.New(d, books, policy),
		})
	})
}

// receive books goggles and returns them with their lot.
func (o *office) receive(n int64, e ledger.Earmark) (receipt.Receipt, id.ID) {
	o.Helper()
	r, err := o.receipts.Create(o.Context(), o.actor, receipt.Input{
		Kind: receipt.Donation, DonorName: "示例商会", Place: "main", OccurredAt: day(10),
		Lines: []receipt.LineInput{{Class: "goggles", Quantity: qty.Exactly(n, qty.Piece), ItemText: "护目镜", Batch: "EX-1", Earmark: e}},
	}, "")
	if err != nil {
		o.Fatal(err)
	}
	return r, r.Lines[0].Lot
}

// hand hands goggles over; what the books do not have is unreconciled.
func (o *office) hand(at time.Time, recipient id.ID, place string, accepted, rejected int64) distribution.Distribution {
	o.Helper()
	line := distribution.LineInput{Class: "goggles", Quantity: qty.Exactly(accepted, qty.Piece), Rejected: rejected}
	if rejected > 0 {
		line.RejectReason = "scratched"
	}
	d, err := o.distributions.Create(o.Context(), o.actor, distribution.Input{
		Recipient: recipient, Place: place, OccurredAt: at, Unreconciled: true, Lines: []distribution.LineInput{line},
	}, "")
	if err != nil {
		o.Fatal(err)
	}
	return d
}

func (o *office) move(lot id.ID, at time.Time, n int64) ledger.Entry {
	o.Helper()
	e, err := o.stock.Move(o.Context(), o.actor, stock.Move{
		Lot: lot, From: stock.Spot{Place: "main"}, To: stock.Spot{Place: "annex"}, Amount: n, OccurredAt: at,
	}, "")
	if err != nil {
		o.Fatal(err)
	}
	return e
}

func (o *office) thread(lot id.ID) *thread.Thread {
	o.Helper()
	var t *thread.Thread
	err := o.db.View(o.Context(), func(ctx context.Context, v *db.View) (err error) {
		t, err = thread.Of(ctx, v, lot)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	if t.Given != t.Handed+t.Way+t.Stock+t.Lost+t.Unreconciled {
		o.Errorf("given %d ≠ handed %d + way %d + stock %d + lost %d + unreconciled %d", t.Given, t.Handed, t.Way, t.Stock, t.Lost, t.Unreconciled)
	}
	return t
}

// where is what a thread says about the amounts.
type where struct{ Given, Handed, Stock, Lost, Unreconciled int64 }

func (o *office) wantWhere(t *thread.Thread, want where) {
	o.Helper()
	if got := (where{t.Given, t.Handed, t.Stock, t.Lost, t.Unreconciled}); got != want {
		o.Errorf("%+v, want %+v", got, want)
	}
}

// step is what a reader sees of a step.
type step struct {
	Kind                string
	Day                 clock.Day
	Quantity            int64
	Corrects, Corrected bool
	Place               string
	Recipient           id.ID
}

func (o *office) wantSteps(t *thread.Thread, want ...step) {
	o.Helper()
	got := make([]step, len(t.Steps))
	for i, s := range t.Steps {
		got[i] = step{s.Entry.Kind, s.Entry.Day, s.Quantity, s.Corrects, s.Corrected, s.Place, s.Recipient}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		o.Error(diff)
	}
}

func (o *office) wantBranches(t *thread.Thread, want ...thread.Branch) {
	o.Helper()
	got := append([]thread.Branch(nil), t.Branches...)
	for i := range got {
		got[i].At = got[i].At.In(zone)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		o.Error(diff)
	}
}

// TestALotIsFollowedFromItsDonorToItsRecipients: received, moved, handed to two,
// one of the hand-overs corrected with another in its place.
func TestALotIsFollowedFromItsDonorToItsRecipients(t *testing.T) {
	onBoth(t, func(o *office) {
		r, lot := o.receive(100, ledger.Earmark{})
		t := o.thread(lot)
		o.wantWhere(t, where{Given: 100, Stock: 100})
		if !t.Received || t.Receipt.Receipt.ID != r.ID || t.Receipt.Line.ItemText != "护目镜" || t.Lot.Donor != r.Donor || t.Lot.Code != "EX-1" ||
			t.Lot.Commodity != "goggles" || t.Earmark != (ledger.Earmark{}) {
			o.Errorf("%+v", t)
		}

		o.move(lot, day(11), 60)
		o.hand(day(12), first, "4301", 30, 5)
		wrong := o.hand(day(13), second, "4302", 20, 0)
		received := step{Kind: "receipt.donation", Day: 20200210, Quantity: 100, Place: "main"}
		moved := step{Kind: "stock.move", Day: 20200211, Quantity: 60, Place: "annex"}
		toFirst := step{Kind: "distribution", Day: 20200212, Quantity: 30, Place: "4301", Recipient: first}
		toSecond := step{Kind: "distribution", Day: 20200213, Quantity: 20, Place: "4302", Recipient: second}
		branch := thread.Branch{Recipient: first, Place: "4301", Accepted: 30, Rejected: 5, Reason: "scratched", At: day(12)}
		t = o.thread(lot)
		o.wantWhere(t, where{Given: 100, Handed: 50, Stock: 50})
		o.wantSteps(t, received, moved, toFirst, toSecond)
		o.wantBranches(t, branch, thread.Branch{Recipient: second, Place: "4302", Accepted: 20, At: day(13)})

		if _, err := o.distributions.Correct(o.Context(), o.actor, distribution.Correction{
			ID: wrong.ID, Version: 1, Reason: "two boxes less", Replacement: &distribution.Input{
				Recipient: second, Place: "4302", OccurredAt: day(13), Lines: []distribution.LineInput{{Class: "goggles", Quantity: qty.Exactly(12, qty.Piece)}},
			},
		}); err != nil {
			o.Fatal(err)
		}
		t = o.thread(lot)
		o.wantWhere(t, where{Given: 100, Handed: 42, Stock: 58})
		toSecond.Corrected = true
		back := step{Kind: "distribution", Day: 20200213, Quantity: 20, Corrects: true, Place: "annex"}
		again := step{Kind: "distribution", Day: 20200213, Quantity: 12, Place: "4302", Recipient: second}
		o.wantSteps(t, received, moved, toFirst, toSecond, back, again)
		o.wantBranches(t, branch, thread.Branch{Recipient: second, Place: "4302", Accepted: 12, At: day(13)})
		if t.Steps[4].Entry.Reason != "two boxes less" {
			o.Errorf("taken back %+v", t.Steps[4])
		}
	})
}

func TestWhatTheBooksNeverReceivedIsShownAsThat(t *testing.T) {
	onBoth(t, func(o *office) {
		_, covered := o.receive(10, ledger.Earmark{})
		d := o.hand(day(12), first, "4301", 25, 0)
		picks := d.Lines[0].Picks
		if d.Lines[0].Unreconciled != 15 || len(picks) != 2 || picks[0].Lot != covered {
			o.Fatalf("%+v", d.Lines[0])
		}
		t := o.thread(picks[1].Lot)
		if t.Received || t.Receipt.Line.Quantity != 0 || !t.Lot.Donor.IsZero() {
			o.Errorf("%+v", t)
		}
		o.wantWhere(t, where{Handed: 15, Unreconciled: -15})
		o.wantSteps(t, step{Kind: "distribution", Day: 20200212, Quantity: 15, Place: "4301", Recipient: first})
		o.wantBranches(t, thread.Branch{Recipient: first, Place: "4301", Accepted: 15, At: day(12)})
		o.wantWhere(o.thread(covered), where{Given: 10, Handed: 10})
	})
}

func TestTheDonorsConditionIsShown(t *testing.T) {
	onBoth(t, func(o *office) {
		condition := ledger.Earmark{AsStated: "for the first hospital", Recipient: first}
		_, lot := o.receive(10, condition)
		_, free := o.receive(10, ledger.Earmark{})
		o.hand(day(12), second, "4302", 4, 0)
		o.hand(day(13), first, "4301", 4, 0)
		t := o.thread(lot)
		if t.Earmark != condition {
			o.Errorf("%+v", t.Earmark)
		}
		o.wantBranches(t, thread.Branch{Recipient: first, Place: "4301", Accepted: 4, At: day(13)})
		o.wantBranches(o.thread(free), thread.Branch{Recipient: second, Place: "4302", Accepted: 4, At: day(12)})
	})
}

func TestLossAndFindAreSteps(t *testing.T) {
	onBoth(t, func(o *office) {
		_, lot := o.receive(10, ledger.Earmark{})
		for at, difference := range map[int]int64{11: -4, 12: 1} {
			if _, err := o.stock.Adjust(o.Context(), o.actor, stock.Adjustment{
				Lot: lot, At: stock.Spot{Place: "main"}, Difference: difference, OccurredAt: day(at), Reason: "counted again",
			}, ""); err != nil {
				o.Fatal(err)
			}
		}
		t := o.thread(lot)
		o.wantWhere(t, where{Given: 10, Stock: 7, Lost: 3})
		o.wantSteps(t,
			step{Kind: "receipt.donation", Day: 20200210, Quantity: 10, Place: "main"},
			step{Kind: "stock.adjust", Day: 20200211, Quantity: 4, Place: "main"}, step{Kind: "stock.adjust", Day: 20200212, Quantity: 1, Place: "main"})
		o.wantBranches(t)
	})
}

func TestAReceiptThatWasTakenBackLeavesNothing(t *testing.T) {
	onBoth(t, func(o *office) {
		r, lot := o.receive(10, ledger.Earmark{})
		if _, err := o.receipts.Correct(o.Context(), o.actor, receipt.Correction{ID: r.ID, Version: 1, Reason: "entered twice"}); err != nil {
			o.Fatal(err)
		}
		t := o.thread(lot)
		o.wantWhere(t, where{})
		if len(t.Steps) != 2 || !t.Steps[0].Corrected || !t.Steps[1].Corrects || t.Receipt.Receipt.Status != receipt.Corrected {
			o.Errorf("%+v", t)
		}
	})
}

func TestALotThatIsNoneHasNoThread(t *testing.T) {
	onBoth(t, func(o *office) {
		r, _ := o.receive(10, ledger.Earmark{})
		for what, lot := range map[string]id.ID{"unknown": id.Derive("nothing"), "zero": id.Zero, "a receipt's id": r.ID} {
			if _, err := thread.Of(o.Context(), o.db, lot); !errs.Is(err, errs.NotFound) {
				o.Errorf("%s: %v", what, err)
			}
		}
	})
}
