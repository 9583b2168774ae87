// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Subscriber handles every numbered record once, in order.
type Subscriber struct {
	Name  string // names the cursor; never reuse one for something else
	Batch int    // records per call; 0 means 500
	// Kinds of subjects that it wants to hear of; none: all. Who names some hears of
	// them within a second or, where several programs write, a minute, and costs the others nothing.
	Kinds []string
	// Handle sees the records in the write that also stores the position. When
	// it fails, nothing of the batch has happened and it is called again.
	Handle func(ctx context.Context, tx *db.Tx, records []Record) error
}

// passed is how many numbers a subscriber to some kinds goes past at once.
const passed = 10_000

// Deliver hands the next batch to the subscriber and returns how many records
// it is further; those of other kinds are only gone past. Two processes may call it
// at once; each record is handled once.
func Deliver(ctx context.Context, d *db.DB, s Subscriber) (int, error) {
	further := 0
	err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		further = 0
		if err := tx.Lock(ctx, "journal.follow."+s.Name); err != nil {
			return err
		}
		after, err := Cursor(ctx, tx, s.Name)
		if err != nil {
			return err
		}
		records, upTo, err := s.next(ctx, tx, after)
		if err != nil || upTo == after {
			return err
		}
		if len(records) > 0 {
			if err := s.Handle(ctx, tx, records); err != nil {
				return err
			}
		}
		further = int(upTo - after)
		return setCursor(ctx, tx, s.Name, upTo)
	})
	if err != nil {
		return 0, fmt.Errorf("journal: subscriber %s: %w", s.Name, err)
	}
	return further, nil
}

// next returns the records to handle, and the number up to which nothing else is
// to be handled.
func (s Subscriber) next(ctx context.Context, tx *db.Tx, after int64) (records []Record, upTo int64, err error) {
	limit := s.Batch
	if limit <= 0 {
		limit = 500
	}
	if len(s.Kinds) == 0 {
		records, err = After(ctx, tx, after, limit)
	} else {
		if upTo, err = LastSeq(ctx, tx); err != nil {
			return nil, after, err
		}
		upTo = min(upTo, after+passed)
		records, err = ofKinds(ctx, tx, s.Kinds, after, upTo, limit)
	}
	if err != nil {
		return nil, after, err
	}
	if len(records) == limit || len(s.Kinds) == 0 && len(records) > 0 {
		return records, records[len(records)-1].Seq, nil
	}
	return records, max(after, upTo), nil
}

// Follow delivers until ctx ends. A failing subscriber is tried again with
// growing pauses and holds up nobody else.
func Follow(ctx context.Context, d *db.DB, log *slog.Logger, s Subscriber) {
	if len(s.Kinds) > 0 {
		followKinds(ctx, d, log, s)
		return
	}
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

// followKinds delivers until ctx ends, to a subscriber that wants some kinds only. A
// busy day of others must cost no write and hardly a read: each second at most, the
// last record of each wanted deed is looked up, and nothing more when it is known.
func followKinds(ctx context.Context, d *db.DB, log *slog.Logger, s Subscriber) {
	changed, stop := d.Watch()
	defer stop()
	const shortest, longest = time.Second, time.Minute
	known, all := []id.ID(nil), time.Time{}
	for pause := shortest; ; {
		now := d.Clock().Now()
		latest, err := latestOf(ctx, d, s.Kinds)
		if err == nil && (known == nil || !slices.Equal(latest, known) || now.Sub(all) >= longest) {
			var complete bool
			if complete, err = deliverAll(ctx, d, s); complete {
				known, all = latest, now
			}
		}
		if err != nil && ctx.Err() == nil {
			log.Error("journal subscriber", "name", s.Name, "error", err)
			pause = min(2*pause, longest)
		} else {
			pause = shortest
		}
		if !sleep(ctx, pause) {
			return
		}
		if err != nil {
			continue
		}
		select { // as long as nothing is written, nothing is looked up
		case <-ctx.Done():
			return
		case <-changed:
		case <-time.After(longest):
		}
	}
}

func sleep(ctx context.Context, pause time.Duration) bool {
	wait := time.NewTimer(pause)
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wait.C:
		return true
	}
}

// deliverAll delivers until there is no more; complete means that no record waited
// for its number before.
func deliverAll(ctx context.Context, d *db.DB, s Subscriber) (complete bool, err error) {
	waiting, err := hasPending(ctx, d)
	for n := 1; err == nil && n > 0; {
		n, err = deliverPending(ctx, d, s)
	}
	return err == nil && !waiting, err
}
