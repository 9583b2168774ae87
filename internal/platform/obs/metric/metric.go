// SPDX-License-Identifier: Apache-2.0

// Package metric holds the figures of a running process in the form that
// Prometheus reads. Each Set has a registry of its own; nothing is global.
//
// A label has few values, all of our own making: the pattern of a route, never
// the address that was asked for; a method that we know, else "other"; the class
// of a status. So no figure names a person, and a stranger cannot make the
// registry grow.
//
// What happens often is counted as it happens. What must be asked for (Sample) is
// read while somebody scrapes, with a limit of time.
package metric

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/qiaorelief/qiao/internal/platform/obs"
)

// Set is the figures of one process. It is safe for concurrent use.
type Set struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	panics    prometheus.Counter
	jobs      *prometheus.CounterVec
	failures  *prometheus.CounterVec
}

// New returns a set with the figures of the process, of Go and of the build.
func New(b obs.Build) (*Set, error) {
	request := []string{"route", "method", "class"}
	s := &Set{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qiao_http_requests_total", Help: "Requests that were answered, by pattern of the route, method and class of the status.",
		}, request),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "qiao_http_request_duration_seconds", Help: "Time from the head of a request to the end of its answer.",
			Buckets: []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10},
		}, request),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "qiao_http_panics_total", Help: "Requests whose handler panicked; the log says where.",
		}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qiao_job_runs_total", Help: "Tries of jobs in this process, by kind and outcome (done or failed).",
		}, []string{"kind", "outcome"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "qiao_sample_failures_total", Help: "Figures that could not be read in time when somebody scraped, by chapter.",
		}, []string{"chapter"}),
	}
	return s, s.register(
		s.requests, s.durations, s.panics, s.jobs, s.failures, buildInfo(b),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
}

func (s *Set) register(all ...prometheus.Collector) error {
	for _, c := range all {
		if err := s.registry.Register(c); err != nil {
			return fmt.Errorf("metric: %w", err)
		}
	}
	return nil
}

func buildInfo(b obs.Build) prometheus.Collector {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "qiao_build_info", Help: "Which build runs; the value is always 1.",
		ConstLabels: prometheus.Labels{
			"version": b.Version, "revision": b.Revision, "modified": strconv.FormatBool(b.Modified), "go": b.Go,
		},
	})
	info.Set(1)
	return info
}

// Gatherer returns what a scrape reads.
func (s *Set) Gatherer() prometheus.Gatherer { return s.registry }

// Request counts an answer. The pattern is that of the mux, with or without a
// method, empty when no route fitted; status 0 is an answer that was broken off.
func (s *Set) Request(pattern, method string, status int, took time.Duration) {
	route, method, class := routeOf(pattern), methodOf(method), classOf(status)
	s.requests.WithLabelValues(route, method, class).Inc()
	s.durations.WithLabelValues(route, method, class).Observe(took.Seconds())
}

// Panic counts a request whose handler panicked.
func (s *Set) Panic() { s.panics.Inc() }

// Job counts a try of a job.
func (s *Set) Job(kind string, ok bool) {
	outcome := "failed"
	if ok {
		outcome = "done"
	}
	s.jobs.WithLabelValues(kind, outcome).Inc()
}

func routeOf(pattern string) string {
	if i := strings.IndexByte(pattern, ' '); i >= 0 {
		pattern = pattern[i+1:]
	}
	if pattern == "" {
		return "none"
	}
	return pattern
}

func methodOf(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return method
	}
	return "other"
}

func classOf(status int) string {
	switch status / 100 {
	case 1:
		return "1xx"
	case 2:
		return "2xx"
	case 3:
		return "3xx"
	case 4:
		return "4xx"
	case 5:
		return "5xx"
	}
	return "aborted"
}
