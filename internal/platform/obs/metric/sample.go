// SPDX-License-Identifier: Apache-2.0

package metric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// sampleTime is how long the reading of one sample may take; a scrape waits ten
// seconds by default.
const sampleTime = 2 * time.Second

// Figure is one gauge of a sample. Label is the name of its only label, or empty.
type Figure struct {
	Name, Help, Label string
}

// Value is one value of a figure: Of is the value of the figure's label.
type Value struct {
	Figure string
	Of     string
	Value  float64
}

// Sample is figures that are asked for while somebody scrapes. Read must be
// cheap. When it fails or takes too long, the figures are absent from that
// scrape, the failure is counted under the chapter and logged, and all other
// figures are there.
type Sample struct {
	Chapter string
	Figures []Figure
	Read    func(ctx context.Context) ([]Value, error)
	Log     *slog.Logger
	Limit   time.Duration // of one reading; 0 means two seconds
}

// Sample adds figures that are read at each scrape.
func (s *Set) Sample(sample Sample) error {
	if sample.Limit <= 0 {
		sample.Limit = sampleTime
	}
	c := &sampled{Sample: sample, failed: s.failures.WithLabelValues(sample.Chapter), descs: map[string]*prometheus.Desc{}}
	for _, f := range sample.Figures {
		var labels []string
		if f.Label != "" {
			labels = []string{f.Label}
		}
		c.descs[f.Name] = prometheus.NewDesc(f.Name, f.Help, labels, nil)
	}
	return s.register(c)
}

// sampled implements prometheus.Collector.
type sampled struct {
	Sample

	failed prometheus.Counter
	descs  map[string]*prometheus.Desc
}

// Describe implements prometheus.Collector.
func (c *sampled) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range c.descs {
		to <- desc
	}
}

// Collect implements prometheus.Collector.
func (c *sampled) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), c.Limit)
	defer cancel()
	metrics, err := c.read(ctx)
	if err != nil {
		c.failed.Inc()
		c.Log.WarnContext(ctx, "figures could not be read", "chapter", c.Chapter, "error", err)
		return
	}
	for _, m := range metrics {
		to <- m
	}
}

var errFigure = errors.New("no such figure")

func (c *sampled) read(ctx context.Context) ([]prometheus.Metric, error) {
	values, err := c.Read(ctx)
	if err != nil {
		return nil, err
	}
	metrics := make([]prometheus.Metric, 0, len(values))
	for _, v := range values {
		desc := c.descs[v.Figure]
		if desc == nil {
			return nil, fmt.Errorf("%w: %s", errFigure, v.Figure)
		}
		var labels []string
		if v.Of != "" {
			labels = []string{v.Of}
		}
		m, err := prometheus.NewConstMetric(desc, prometheus.GaugeValue, v.Value, labels...)
		if err != nil {
			return nil, fmt.Errorf("figure %s: %w", v.Figure, err)
		}
		metrics = append(metrics, m)
	}
	return metrics, nil
}
