// SPDX-License-Identifier: Apache-2.0

package metric_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/obs"
	"github.com/qiaorelief/qiao/internal/platform/obs/metric"
)

func newSet(t testing.TB) *metric.Set {
	t.Helper()
	s, err := metric.New(obs.Build{Version: "v1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// figures gathers everything: the name and, by the names of the labels, their
// values, to the value; a histogram is its count.
func figures(t *testing.T, s *metric.Set) map[string]float64 {
	t.Helper()
	families, err := s.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			key := []string{f.GetName()}
			for _, l := range m.GetLabel() {
				key = append(key, l.GetValue())
			}
			got[strings.Join(key, " ")] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return got
}

func wantFigures(t *testing.T, s *metric.Set, wanted map[string]float64) {
	t.Helper()
	got := figures(t, s)
	for name, value := range wanted {
		if v, ok := got[name]; !ok || v != value {
			t.Errorf("%s is %v (there: %t), want %v", name, v, ok, value)
		}
	}
}

// TestSetsHaveNothingInCommon: two programs in one process do not count together.
func TestSetsHaveNothingInCommon(t *testing.T) {
	t.Parallel()
	one, two := newSet(t), newSet(t)
	one.Request("GET /a/{id}", "GET", 200, time.Millisecond)
	one.Panic()
	one.Job("letters", true)
	one.Job("letters", false)
	wantFigures(t, one, map[string]float64{
		"qiao_http_requests_total 2xx GET /a/{id}": 1, "qiao_http_request_duration_seconds 2xx GET /a/{id}": 1,
		"qiao_http_panics_total": 1, "qiao_job_runs_total letters done": 1, "qiao_job_runs_total letters failed": 1,
	})
	wantFigures(t, two, map[string]float64{"qiao_http_panics_total": 0})
	for name := range figures(t, two) {
		if strings.HasPrefix(name, "qiao_http_requests_total") {
			t.Errorf("the other set has %s", name)
		}
	}
	if got := figures(t, two); got["go_goroutines"] < 1 || got["process_start_time_seconds"] == 0 {
		t.Error("Go or the process is missing")
	}
}

// TestAStrangerCannotMakeTheRegistryGrow sends methods that nobody knows.
func TestAStrangerCannotMakeTheRegistryGrow(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	s.Request("/", "GET", 404, 0)
	s.Request("", "BREW", 405, 0)
	before := len(figures(t, s))
	for i := range 200 {
		s.Request("", fmt.Sprint("X", i), 405, 0)
		s.Request("/", "GET", 400+i%100, 0)
	}
	if after := len(figures(t, s)); after != before {
		t.Errorf("%d figures, then %d", before, after)
	}
	wantFigures(t, s, map[string]float64{"qiao_http_requests_total 4xx other none": 201, "qiao_http_requests_total 4xx GET /": 201})
}

func TestAnswersAreCountedByClass(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	for status, class := range map[int]string{101: "1xx", 204: "2xx", 304: "3xx", 422: "4xx", 503: "5xx", 0: "aborted"} {
		s.Request("POST /a", "POST", status, 0)
		wantFigures(t, s, map[string]float64{"qiao_http_requests_total " + class + " POST /a": 1})
	}
}

func TestTheDatabaseIsReadAtEachScrape(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	now := db.Stats{
		Commits: 2, Writes: db.Spread{Count: 2, Sum: 5, UpTo: map[float64]uint64{1: 1, 4: 2}},
		Wait: db.Spread{Count: 5, Sum: 0.25, UpTo: map[float64]uint64{1: 5}}, Open: 4, Busy: 1, Waited: 3, WaitedTime: 500 * time.Millisecond,
	}
	if err := s.Database(func() db.Stats { return now }); err != nil {
		t.Fatal(err)
	}
	wantFigures(t, s, map[string]float64{
		"qiao_database_commits_total": 2, "qiao_database_writes_per_commit": 2, "qiao_database_write_wait_seconds": 5,
		"qiao_database_read_connections_open": 4, "qiao_database_read_connections_busy": 1,
		"qiao_database_read_connection_waits_total": 3, "qiao_database_read_connection_wait_seconds_total": 0.5,
	})
	now.Commits = 3
	wantFigures(t, s, map[string]float64{"qiao_database_commits_total": 3})
	if err := s.Database(func() db.Stats { return now }); err == nil {
		t.Error("one figure was registered twice")
	}
}

// TestASampleThatFailsHidesNothingElse lets each way of failing happen.
func TestASampleThatFailsHidesNothingElse(t *testing.T) {
	t.Parallel()
	figure := []metric.Figure{{Name: "example_rows", Help: "Rows."}, {Name: "example_by_state", Help: "By state.", Label: "state"}}
	for name, read := range map[string]func(context.Context) ([]metric.Value, error){
		"an error": func(context.Context) ([]metric.Value, error) { return nil, errors.New("no") },
		"too slow": func(ctx context.Context) ([]metric.Value, error) { <-ctx.Done(); return nil, ctx.Err() },
		"unknown":  func(context.Context) ([]metric.Value, error) { return []metric.Value{{Figure: "other"}}, nil },
		"wrong labels": func(context.Context) ([]metric.Value, error) {
			return []metric.Value{{Figure: "example_by_state"}}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSet(t)
			var log strings.Builder
			err := s.Sample(metric.Sample{
				Chapter: "example", Figures: figure, Read: read, Log: obs.NewLog(&log, slog.LevelInfo, "text"), Limit: 10 * time.Millisecond,
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := figures(t, s); got["qiao_build_info  false  v1.2.3"] != 1 {
				t.Errorf("the build is missing: %v", got)
			}
			if got := figures(t, s); got["qiao_sample_failures_total example"] < 1 {
				t.Error("the failure is not counted")
			}
			if !strings.Contains(log.String(), "chapter=example") {
				t.Errorf("the log says %q", log.String())
			}
		})
	}
}

func TestASampleIsReadAtEachScrape(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	rows := 0.0
	err := s.Sample(metric.Sample{
		Chapter: "example", Log: slog.New(slog.DiscardHandler),
		Figures: []metric.Figure{{Name: "example_rows", Help: "Rows."}, {Name: "example_by_state", Help: "By state.", Label: "state"}},
		Read: func(context.Context) ([]metric.Value, error) {
			rows++
			return []metric.Value{{Figure: "example_rows", Value: rows}, {Figure: "example_by_state", Of: "open", Value: 7}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantFigures(t, s, map[string]float64{"example_rows": 1, "example_by_state open": 7})
	wantFigures(t, s, map[string]float64{"example_rows": 2, "qiao_sample_failures_total example": 0})
}

// BenchmarkRequest measures what counting adds to each request.
func BenchmarkRequest(b *testing.B) {
	s := newSet(b)
	b.ReportAllocs()
	for b.Loop() {
		s.Request("GET /report/{date}", "GET", 200, time.Millisecond)
	}
}
