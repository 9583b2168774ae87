// SPDX-License-Identifier: Apache-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
)

// Args is the job that imports a file.
type Args struct {
	Upload id.ID `json:"upload"`
}

// Kind names the job.
func (Args) Kind() string { return "register.import" }

const (
	// slice is how long one job works before it enqueues its successor, well
	// below the time that a job is given.
	slice = 2 * time.Minute
	// noted is how often the time spent is written down.
	noted = time.Second
	// enough is how many jobs may fail for our fault before a person is asked.
	enough = 5
)

var (
	errStop  = errors.New("upload: a person asked to stop")
	errSlice = errors.New("upload: the successor goes on")
)

// Start lets a file be imported, or go on after a stop or a failure. Starting
// what runs changes nothing.
func (s *Service) Start(ctx context.Context, actor account.Actor, uploadID id.ID) (Upload, error) {
	u, err := s.mine(ctx, actor, "import.run", uploadID)
	if err != nil {
		return u, err
	}
	if err := s.readable(ctx, actor, u); err != nil {
		return u, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := lockUpload(ctx, tx, uploadID)
		if err != nil {
			return err
		}
		if u = now; now.State == Running {
			return nil
		}
		if u.Run.IsZero() || u.State == Done {
			u.Run, u.worked = tx.NewID(), 0
		}
		u.State, u.StopAsked, u.failures, u.Why, u.WhyArgs = Running, false, 0, "", nil
		u.StartedAt, u.EndedAt, u.actor = tx.Now(), time.Time{}, actor
		if err := updateUpload(ctx, tx, u); err != nil {
			return err
		}
		if err := s.fact(ctx, tx, actor, "register.start", u.ID, map[string]any{"run": u.Run}); err != nil {
			return err
		}
		return s.Queue.EnqueueTx(ctx, tx, Args{u.ID})
	})
	return u, err
}

// readable returns why no table of the file can be imported as it stands.
func (s *Service) readable(ctx context.Context, actor account.Actor, u Upload) error {
	if u.State == Running {
		return nil
	}
	seen, err := s.look(ctx, actor, u, u.Mapping)
	if err != nil || seen.Ready() {
		return err
	}
	return seen.Tables[0].Problem
}

// Stop ends a running import behind the chunk at hand; what is booked stays
// booked, and Start goes on.
func (s *Service) Stop(ctx context.Context, actor account.Actor, uploadID id.ID) (Upload, error) {
	u, err := s.mine(ctx, actor, "import.run", uploadID)
	if err != nil {
		return u, err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if u, err = lockUpload(ctx, tx, uploadID); err != nil || u.State != Running || u.StopAsked {
			return err
		}
		u.StopAsked = true
		if err := updateUpload(ctx, tx, u); err != nil {
			return err
		}
		return s.fact(ctx, tx, actor, "register.stop", u.ID, nil)
	})
	return u, err
}

// Recover enqueues what was running when the program ended, so that it need not
// wait until the broken-off jobs are missed.
func (s *Service) Recover(ctx context.Context) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		running, err := runningUploads(ctx, tx)
		if err != nil {
			return err
		}
		for _, uploadID := range running {
			if err := s.Queue.EnqueueTx(ctx, tx, Args{uploadID}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Work is the job. It can be repeated, broken off, and run twice at once.
func (s *Service) Work(ctx context.Context, a Args) error {
	u, err := uploadByID(ctx, s.DB, a.Upload)
	if errs.Is(err, errs.NotFound) || err == nil && u.State != Running {
		return nil
	}
	if err != nil {
		return err
	}
	w := &work{s: s, u: u, began: s.DB.Clock().Now()}
	w.noted = w.began
	return w.end(ctx, w.run(ctx))
}

// work is one job's part of an import.
type work struct {
	s            *Service
	u            Upload
	began, noted time.Time
}

func (w *work) run(ctx context.Context) error {
	actor := w.u.actor
	if w.s.Current != nil {
		var err error
		if actor, err = w.s.Current(ctx, actor); err != nil {
			return err
		}
	}
	file, closer, err := w.s.open(ctx, w.u)
	if err != nil {
		return err
	}
	defer closer() //nolint:errcheck // only read
	_, err = w.s.Registers.Run(ctx, actor, register.Request{
		Kind: w.u.Kind, FileName: w.u.Name, File: file, Size: w.u.Size, Mapping: w.u.Mapping,
		Run: w.u.Run, Between: w.between,
	})
	return err
}

// between is asked before each chunk.
func (w *work) between(ctx context.Context) error {
	stop, run, err := asked(ctx, w.s.DB, w.u.ID)
	now := w.s.DB.Clock().Now()
	switch {
	case err != nil:
		return err
	case stop:
		return errStop
	case run != w.u.Run: // a person has started it anew meanwhile
		return errSlice
	case now.Sub(w.began) >= slice:
		return errSlice
	case now.Sub(w.noted) < noted:
		return nil
	}
	spent := now.Sub(w.noted)
	w.noted = now
	return w.s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return addWorked(ctx, tx, w.u.ID, spent) })
}

// end writes down how the work ended. What is returned is tried again.
func (w *work) end(ctx context.Context, cause error) error {
	if cause != nil && ctx.Err() != nil { // the program ends: the next one goes on
		return fmt.Errorf("import broken off: %w", cause)
	}
	if cause != nil && errs.As(cause).Key == register.ErrElsewhere.Key {
		return nil
	}
	again := false
	err := w.s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, err := lockUpload(ctx, tx, w.u.ID)
		if err != nil || u.State != Running || u.Run != w.u.Run {
			return err
		}
		u.worked += tx.Now().Sub(w.noted)
		again = w.settle(&u, cause, tx)
		if err := updateUpload(ctx, tx, u); err != nil {
			return err
		}
		if u.State == Running && !again {
			return w.s.Queue.EnqueueTx(ctx, tx, Args{u.ID})
		}
		return nil
	})
	if err == nil && again {
		err = cause
	}
	return err
}

// settle moves the file to the state that its work ended in; true when the job
// must be tried again.
func (w *work) settle(u *Upload, cause error, tx *db.Tx) (again bool) {
	switch {
	case cause == nil:
		u.State = Done
	case errors.Is(cause, errStop):
		u.State = Stopped
	case errors.Is(cause, errSlice):
		return false
	case errors.Is(cause, register.ErrMoved):
		u.Run = tx.NewID()
		return false
	case ours(cause):
		if u.failures++; u.failures < enough {
			return true
		}
		u.State, u.Why = Failed, "register.upload.broken"
	default:
		e := errs.As(cause)
		u.State, u.Why, u.WhyArgs = Failed, e.Key, e.Args
	}
	u.StopAsked, u.EndedAt = false, tx.Now()
	return false
}

// ours reports whether an error is the program's or the machine's fault.
func ours(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.Internal || kind == errs.Unavailable
}
