// SPDX-License-Identifier: Apache-2.0

package job

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// retryPolicy implements river.ClientRetryPolicy.
type retryPolicy struct {
	pause func(failures int) time.Duration
}

// NextRetry returns when the job is tried again, counted from when this try
// began. The failure at hand is not among the job's errors yet.
func (p retryPolicy) NextRetry(j *rivertype.JobRow) time.Time {
	began := j.ScheduledAt
	if j.AttemptedAt != nil {
		began = *j.AttemptedAt
	}
	return began.Add(p.pause(len(j.Errors) + 1))
}

// failures writes each failure to the log; what a worker was given is not
// written there, because it may name a person.
type failures struct{ log *slog.Logger }

// HandleError implements river.ErrorHandler.
func (f *failures) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.report(ctx, j, slog.Any("error", err))
	return nil
}

// HandlePanic implements river.ErrorHandler.
func (f *failures) HandlePanic(ctx context.Context, j *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.report(ctx, j, slog.Any("panic", value), slog.String("trace", trace))
	return nil
}

func (f *failures) report(ctx context.Context, j *rivertype.JobRow, what ...slog.Attr) {
	level, message := slog.LevelWarn, "job failed; it will be tried again"
	if j.Attempt >= j.MaxAttempts {
		level, message = slog.LevelError, "job given up"
	}
	attrs := append([]slog.Attr{slog.String("kind", j.Kind), slog.Int64("job", j.ID), slog.Int("try", j.Attempt)}, what...)
	f.log.LogAttrs(ctx, level, message, attrs...)
}

// quiet passes on what River reports as a warning or worse; its news of every
// job and every look into the table would drown ours.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
