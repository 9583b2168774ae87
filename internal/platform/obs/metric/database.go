// SPDX-License-Identifier: Apache-2.0

package metric

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/qiaorelief/qiao/internal/platform/db"
)

// Database adds the figures of a database: stats is its Stats.
func (s *Set) Database(stats func() db.Stats) error {
	return s.register(&database{
		stats:      stats,
		commits:    describe("qiao_database_commits_total", "Commits of this process that wrote something."),
		writes:     describe("qiao_database_writes_per_commit", "Successful writes that shared one commit."),
		wait:       describe("qiao_database_write_wait_seconds", "Time that a write waited before it began."),
		open:       describe("qiao_database_read_connections_open", "Connections for reading that are open."),
		busy:       describe("qiao_database_read_connections_busy", "Connections for reading that are in use."),
		waited:     describe("qiao_database_read_connection_waits_total", "How often a reader had to wait for a connection."),
		waitedTime: describe("qiao_database_read_connection_wait_seconds_total", "How long readers waited for connections in all."),
	})
}

func describe(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }

// database implements prometheus.Collector: it reads the figures once per scrape.
type database struct {
	stats func() db.Stats

	commits, writes, wait, open, busy, waited, waitedTime *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (d *database) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{d.commits, d.writes, d.wait, d.open, d.busy, d.waited, d.waitedTime} {
		to <- desc
	}
}

// Collect implements prometheus.Collector.
func (d *database) Collect(to chan<- prometheus.Metric) {
	s := d.stats()
	for _, c := range []struct {
		desc  *prometheus.Desc
		kind  prometheus.ValueType
		value float64
	}{
		{d.commits, prometheus.CounterValue, float64(s.Commits)},
		{d.open, prometheus.GaugeValue, float64(s.Open)},
		{d.busy, prometheus.GaugeValue, float64(s.Busy)},
		{d.waited, prometheus.CounterValue, float64(s.Waited)},
		{d.waitedTime, prometheus.CounterValue, s.WaitedTime.Seconds()},
	} {
		to <- prometheus.MustNewConstMetric(c.desc, c.kind, c.value)
	}
	to <- prometheus.MustNewConstHistogram(d.writes, s.Writes.Count, s.Writes.Sum, s.Writes.UpTo)
	to <- prometheus.MustNewConstHistogram(d.wait, s.Wait.Count, s.Wait.Sum, s.Wait.UpTo)
}
