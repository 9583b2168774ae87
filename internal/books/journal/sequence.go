// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// The sequencer's pace.
const (
	sequenceBatch = 2000                   // records per write
	sequencePause = 200 * time.Millisecond // least time between two writes: many records share one
	sequencePoll  = 2 * time.Second        // how late a record of another process may be seen
)

// Sequence numbers at most sequenceBatch committed records in the order in
// which they were recorded and returns how many there were. It may be called by
// any number of processes at once.
func Sequence(ctx context.Context, d *db.DB) (int64, error) {
	var n int64
	err := d.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.Lock(ctx, "journal.sequence"); err != nil {
			return err
		}
		last, err := LastSeq(ctx, tx)
		if err != nil {
			return err
		}
		n, err = tx.Exec(ctx, numberRecords, last, sequenceBatch)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("journal: sequence: %w", err)
	}
	return n, nil
}

// SequenceAll numbers everything that is committed now.
func SequenceAll(ctx context.Context, d *db.DB) error {
	for {
		n, err := Sequence(ctx, d)
		if err != nil || n < sequenceBatch {
			return err
		}
	}
}

// Sequencer numbers records while it runs.
type Sequencer struct {
	DB  *db.DB
	Log *slog.Logger
}

// Run numbers records until ctx ends. It looks when this process has committed
// something, and every few seconds for other processes.
func (s *Sequencer) Run(ctx context.Context) {
	changed, stop := s.DB.Watch()
	defer stop()
	poll := time.NewTicker(sequencePoll)
	defer poll.Stop()
	for {
		if err := s.pending(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("journal sequencer", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-poll.C:
		}
		pause := time.NewTimer(sequencePause)
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

// pending numbers what waits, without a write when nothing does: the
// sequencer's own commit must not wake it for ever.
func (s *Sequencer) pending(ctx context.Context) error {
	waiting, err := hasPending(ctx, s.DB)
	if err != nil || !waiting {
		return err
	}
	return SequenceAll(ctx, s.DB)
}
