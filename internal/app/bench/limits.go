// SPDX-License-Identifier: Apache-2.0

package bench

// limits are what this tree promises, by part, case and clients, on a small
// machine (two shared processors). A broken one is a defect; one that is not
// reached yet says so. docs/benchmarks.md says where each comes from.
func limits() map[string]limit {
	million := of(promised) + ": "
	return map[string]limit{
		"a donation over HTTP: rate 1":  {value: 0.9, least: true, ratio: true, missed: true},
		"a donation over HTTP: rate 8":  {value: 1.8, least: true, ratio: true, missed: true},
		"a donation over HTTP: rate 64": {value: 3, least: true, ratio: true, missed: true},
		"a donation over HTTP: p99 64":  {value: 0.33, ratio: true, missed: true}, // in most runs, not in all

		"b " + million + "GET / after a write: p50 1":                 {value: 250},
		"b " + million + "GET / unchanged: p99 1":                     {value: 5},
		"b " + million + "GET /report/DATE.json after a write: p50 1": {value: 250},
		"b " + million + "GET /report/DATE.json unchanged: p99 1":     {value: 5},
		"b " + million + "qiao check, time 0":                         {value: 1, ratio: true, missed: true},
		"b " + million + "qiao check, peak memory 0":                  {value: 300},

		"f GET /: rate 1":  {value: 0.8, least: true, ratio: true, missed: true},
		"f GET /: rate 8":  {value: 0.8, least: true, ratio: true, missed: true},
		"f GET /: rate 64": {value: 0.8, least: true, ratio: true, missed: true},
		"f GET /: sent 0":  {value: 60},

		"import receipts 0":      {value: 5000, least: true, missed: true},
		"import distributions 0": {value: 5000, least: true, missed: true},
		"import money 0":         {value: 5000, least: true, missed: true},
		"import needs 0":         {value: 5000, least: true, missed: true},

		"list " + million + "GET /api/v1/receipts, all: p95 1":                     {value: 50},
		"list " + million + "GET /api/v1/receipts, one class: p95 1":               {value: 50},
		"list " + million + "GET /api/v1/receipts, two classes up to a day: p95 1": {value: 50},
		"list " + million + "GET /api/v1/receipts, one day: p95 1":                 {value: 50},
		"list " + million + "GET /api/v1/receipts, one donor: p95 1":               {value: 50},

		"desk " + million + "today: p95 1":                     {value: 50},
		"desk " + million + "receipts: p95 1":                  {value: 50},
		"desk " + million + "receipts, one record: p95 1":      {value: 50},
		"desk " + million + "receipts of a class: p95 1":       {value: 50},
		"desk " + million + "deliveries: p95 1":                {value: 50},
		"desk " + million + "deliveries, one record: p95 1":    {value: 50},
		"desk " + million + "stock: p95 1":                     {value: 50},
		"desk " + million + "money: p95 1":                     {value: 50},
		"desk " + million + "money, one record: p95 1":         {value: 50},
		"desk " + million + "organisations: p95 1":             {value: 50},
		"desk " + million + "organisations, one record: p95 1": {value: 50},
		"desk " + million + "journal: p95 1":                   {value: 50},
		"desk " + million + "find: p95 1":                      {value: 50},

		"start new folder: GET / gzipped 0":            {value: 60},
		"start " + million + "GET / gzipped 0":         {value: 60},
		"start new folder: until /readyz answers 0":    {value: 300},
		"start " + million + "until /readyz answers 0": {value: 300},
		"start new folder: memory when idle 0":         {value: 60},
		"start " + million + "memory when idle 0":      {value: 60},
	}
}
