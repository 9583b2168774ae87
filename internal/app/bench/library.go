// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/qiaorelief/qiao/internal/app/bench/invented"
	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// together is how many entries one write of the generator holds. More is slower:
// SQLite goes through the undo journal of the whole write after each statement.
const together = 200

// library is generated books of one size.
type library struct {
	data string // folder
	text string // the same entries as a journal of the program ledger
}

// shelf returns books of n entries; they are made once in a run.
func (b *bench) shelf(ctx context.Context, n int) (library, error) {
	if made, ok := b.books[n]; ok {
		return made, nil
	}
	b.Note("bench.building", "n", n)
	data, err := b.folder("books")
	if err != nil {
		return library{}, err
	}
	made := library{data: data, text: filepath.Join(b.Dir, fmt.Sprintf("entries-%d.ledger", n))}
	start := clock.Start()
	if err := b.fill(ctx, made, n); err != nil {
		return library{}, fmt.Errorf("books of %d entries: %w", n, err)
	}
	b.books[n] = made
	took := clock.Since(start)
	if err := b.row(Row{Bench: "b", Case: of(n) + ": made through the services", Ours: took.Seconds(), Unit: "s"}); err != nil {
		return made, err
	}
	return made, b.row(Row{Bench: "b", Case: of(n) + ": entries made", Ours: float64(n) / took.Seconds(), Unit: "1/s"})
}

// of names books by their size.
func of(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%d M entries", n/1_000_000)
	case n >= 1000 && n%1000 == 0:
		return fmt.Sprintf("%d k entries", n/1000)
	}
	return fmt.Sprintf("%d entries", n)
}

// fill makes the entries and writes them down for ledger as well, so that the
// books are as a server would have left them.
func (b *bench) fill(ctx context.Context, l library, n int) (err error) {
	house, err := b.Open(ctx, l.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	if err := house.Prepare(ctx); err != nil {
		return err
	}
	file, err := os.Create(l.text)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return house.Fill(ctx, n, file)
}

// Fill makes n entries in the books, which must be new, and writes them to text
// as a journal of the program ledger. Then it numbers the journal.
func (h *House) Fill(ctx context.Context, n int, w io.Writer) error {
	text := &invented.PlainText{W: bufio.NewWriter(w)}
	for from := 0; from < n; from += together {
		to := min(from+together, n)
		err := h.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i := from; i < to; i++ {
				if err := h.enter(ctx, tx, text, i, n); err != nil {
					return fmt.Errorf("entry %d: %w", i, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := text.W.Flush(); err != nil {
		return err
	}
	return journal.SequenceAll(ctx, h.DB)
}

// enter books the n-th entry: of ten, seven gifts, two hand-overs and money.
func (h *House) enter(ctx context.Context, tx *db.Tx, text *invented.PlainText, n, of int) error {
	actor := account.System()
	switch n % 10 {
	case 3, 6:
		d, err := h.Distributions.CreateIn(ctx, tx, actor, invented.HandOver(n, of), "")
		if err != nil {
			return err
		}
		line := d.Lines[0]
		text.Entry(d.OccurredAt, "distribution")
		text.Move("stock:warehouse", "recipient:"+d.Recipient.String(), string(line.Commodity), line.Accepted-line.Unreconciled)
		text.Move("unreconciled", "recipient:"+d.Recipient.String(), string(line.Commodity), line.Unreconciled)
	case 9:
		r, err := h.Funds.CreateIn(ctx, tx, actor, invented.Gave(n, of), "")
		if err != nil {
			return err
		}
		text.Entry(r.OccurredAt, "money.in")
		text.Pay("source:"+r.Party.String(), "fund:"+r.Channel, string(r.Amount.Currency), r.Amount.Minor)
	default:
		r, err := h.Receipts.CreateIn(ctx, tx, actor, invented.Gift(n, of), "")
		if err != nil {
			return err
		}
		line := r.Lines[0]
		text.Entry(r.OccurredAt, "receipt.donation")
		text.Move("source:"+r.Donor.String(), "stock:"+r.Place, string(line.Commodity), line.Quantity)
	}
	return nil
}
