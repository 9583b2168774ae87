// SPDX-License-Identifier: Apache-2.0

package bench

// limits are what this tree promises, by part, case and clients. They are limits
// of the program on a small machine (two shared processors), not of a fast one:
// a broken one is a defect. docs/benchmarks.md says where each comes from.
func limits() map[string]limit {
	million := of(promised) + ": "
	return map[string]limit{
		"b " + million + "GET / after a write: p50 1":                 {value: 250},
		"b " + million + "GET / unchanged: p50 1":                     {value: 50},
		"b " + million + "GET /report/DATE.json after a write: p50 1": {value: 250},
		"b " + million + "GET /report/DATE.json unchanged: p50 1":     {value: 50},
		"b " + million + "qiao check, time 0":                         {value: 120},
		"b " + million + "qiao check, peak memory 0":                  {value: 512},

		"list " + million + "GET /api/v1/receipts, all: p95 1":                     {value: 50},
		"list " + million + "GET /api/v1/receipts, one class: p95 1":               {value: 50},
		"list " + million + "GET /api/v1/receipts, two classes up to a day: p95 1": {value: 50},
		"list " + million + "GET /api/v1/receipts, one day: p95 1":                 {value: 50},
		"list " + million + "GET /api/v1/receipts, one donor: p95 1":               {value: 50},

		"start new folder: GET / gzipped 0":            {value: 60},
		"start " + million + "GET / gzipped 0":         {value: 60},
		"start new folder: until /readyz answers 0":    {value: 2000},
		"start " + million + "until /readyz answers 0": {value: 2000},
		"start new folder: memory when idle 0":         {value: 128},
		"start " + million + "memory when idle 0":      {value: 128},
	}
}
