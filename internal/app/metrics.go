// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/job"
	"github.com/qiaorelief/qiao/internal/platform/obs"
	"github.com/qiaorelief/qiao/internal/platform/obs/metric"
)

// The patience of the second listener.
const (
	scrapeTimeout = 10 * time.Second
	scrapes       = 3 // at the same time
)

// samples are the figures that are read from the database at each scrape.
func (a *App) samples() []metric.Sample {
	const records, unnumbered, jobs = "qiao_journal_records", "qiao_journal_records_unnumbered", "qiao_jobs_unfinished"
	return []metric.Sample{
		{
			Chapter: "journal",
			Figures: []metric.Figure{
				{Name: records, Help: "Records in the journal, of all processes."},
				{Name: unnumbered, Help: "Records that the sequencer has not numbered yet."},
			},
			Read: func(ctx context.Context) (values []metric.Value, err error) {
				err = a.DB.View(ctx, func(ctx context.Context, v *db.View) error {
					last, err := journal.LastSeq(ctx, v)
					if err != nil {
						return err
					}
					pending, err := journal.Pending(ctx, v)
					values = []metric.Value{{Figure: records, Value: float64(last + pending)}, {Figure: unnumbered, Value: float64(pending)}}
					return err
				})
				return values, err
			},
		},
		{
			Chapter: "job",
			Figures: []metric.Figure{{Name: jobs, Help: "Jobs that are not completed, of all processes, by state.", Label: "state"}},
			Read: func(ctx context.Context) ([]metric.Value, error) {
				counts, err := job.Unfinished(ctx, a.DB)
				if err != nil {
					return nil, err
				}
				values := make([]metric.Value, 0, len(counts))
				for state, n := range counts {
					values = append(values, metric.Value{Figure: jobs, Of: state, Value: float64(n)})
				}
				return values, nil
			},
		},
	}
}

// Metrics returns what the second listener answers: /metrics and nothing else.
func (a *App) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.Gatherer(), promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: scrapes, Timeout: scrapeTimeout, EnableOpenMetrics: true,
	}))
	return mux
}

// startMetrics opens the second listener and returns how to stop it. Without an
// address there is none.
func (a *App) startMetrics(ctx context.Context, addr string) (stop func() error, err error) {
	if addr == "" {
		return func() error { return nil }, nil
	}
	listener, err := listen(ctx, addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, errs.Wrap(err, errs.Unavailable, "cli.metrics_in_use", "addr", addr)
	case err != nil:
		return nil, errs.Wrap(err, errs.Unavailable, "cli.metrics_cannot_listen", "addr", addr)
	}
	server := &http.Server{
		Handler: a.Metrics(), ReadHeaderTimeout: headerTimeout, ReadTimeout: scrapeTimeout, WriteTimeout: 2 * scrapeTimeout, IdleTimeout: idleTimeout,
	}
	done := make(chan error, 1)
	go func() {
		err := server.Serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		} else {
			a.Log.Error("metrics are no longer served; the pages are", "error", err)
		}
		done <- err
	}()
	a.Log.Info("metrics", "url", "http://"+listener.Addr().String()+"/metrics")
	return func() error {
		quit, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		return errors.Join(server.Shutdown(quit), <-done)
	}, nil
}

// newMetrics returns the figures of this program.
func (a *App) newMetrics() (*metric.Set, error) {
	set, err := metric.New(obs.ReadBuild())
	if err != nil {
		return nil, err
	}
	if err := set.Database(a.DB.Stats); err != nil {
		return nil, err
	}
	for _, sample := range a.samples() {
		sample.Log = a.Log
		if err := set.Sample(sample); err != nil {
			return nil, fmt.Errorf("sample %s: %w", sample.Chapter, err)
		}
	}
	return set, nil
}
