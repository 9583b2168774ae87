// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Subscriber handles every numbered record once, in order.
type Subscriber struct {
	Name  string // names the cursor; never reuse one for something else
	Batch int    // records per call; 0 means 500
	// Handle sees the records in the write that also stores the position. When
	// it fails, nothing of the batch has happened and it is called again.
	Handle func(ctx context.Context, tx *db.Tx, records []Record) error
}

// Deliver hands the next batch to the subscriber and returns how many records
// it had. Two processes may call it at once; each record is handled once.
func Deliver(ctx context.Context, d *db.DB, s Subscriber) (int, error) {
	limit := s.Batch
	if limit <= 0 {
		limit = 500
	}
	handled := 0
	err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, "journal.follow."+s.Name); err != nil {
			return err
		}
		after, err := Cursor(ctx, tx, s.Name)
		if err != nil {
			return err
		}
		records, err := After(ctx, tx, after, limit)
		if err != nil || len(records) == 0 {
			handled = 0
			return err
		}
		if err := s.Handle(ctx, tx, records); err != nil {
			return err
		}
		handled = len(records)
		return setCursor(ctx, tx, s.Name, records[len(records)-1].Seq)
	})
	if err != nil {
		return 0, fmt.Errorf("journal: subscriber %s: %w", s.Name, err)
	}
	return handled, nil
}

// Follow delivers until ctx ends. A failing subscriber is tried again with
// growing pauses and holds up nobody else.
func Follow(ctx context.Context, d *db.DB, log *slog.Logger, s Subscriber) {
	changed, stop := d.Watch()
	defer stop()
	const shortest, longest = time.Second, time.Minute
	pause := shortest
	for {
		n, err := deliverPending(ctx, d, s)
		wake := changed
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("journal subscriber", "name", s.Name, "error", err)
			pause, wake = min(2*pause, longest), nil // a busy day must not cut the pause short
		case n > 0:
			pause = shortest
			continue
		default:
			pause = shortest
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		case <-wake:
			wait.Stop()
		}
	}
}

// deliverPending delivers when there is something new; it reads first, because
// an empty write would wake every follower for ever.
func deliverPending(ctx context.Context, d *db.DB, s Subscriber) (int, error) {
	last, err := LastSeq(ctx, d)
	if err != nil {
		return 0, err
	}
	at, err := Cursor(ctx, d, s.Name)
	if err != nil || at >= last {
		return 0, err
	}
	return Deliver(ctx, d, s)
}
