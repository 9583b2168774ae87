// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

func TestARowIsOneLineOfJSON(t *testing.T) {
	t.Parallel()
	limits := map[string]limit{
		"a rate 8": {least: true, value: 100}, "b size 0": {value: 60},
		"a p99 8": {value: 0.5, ratio: true}, "a p50 8": {value: 1, missed: true},
	}
	for _, c := range []struct {
		row    Row
		want   string
		broken bool
	}{
		{
			Row{Bench: "a", Case: "rate", Clients: 8, Ours: 150, Unit: "1/s"}.against("other", 100),
			`{"bench":"a","case":"rate","clients":8,"ours":150,"peer":100,"peer_name":"other","ratio":1.5,"unit":"1/s","target":">= 100","ok":true}`, false,
		},
		{
			Row{Bench: "a", Case: "rate", Clients: 8, Ours: 99, Unit: "1/s"},
			`{"bench":"a","case":"rate","clients":8,"ours":99,"peer":null,"ratio":null,"unit":"1/s","target":">= 100","ok":false}`, true,
		},
		{
			Row{Bench: "b", Case: "size", Ours: 60, Unit: "kB"},
			`{"bench":"b","case":"size","clients":0,"ours":60,"peer":null,"ratio":null,"unit":"kB","target":"<= 60","ok":true}`, false,
		},
		{
			Row{Bench: "b", Case: "size", Ours: 60.5, Unit: "kB"},
			`{"bench":"b","case":"size","clients":0,"ours":60.5,"peer":null,"ratio":null,"unit":"kB","target":"<= 60","ok":false}`, true,
		},
		{
			Row{Bench: "b", Case: "unlimited", Ours: 1, Unit: "s"}.against("none", 0),
			`{"bench":"b","case":"unlimited","clients":0,"ours":1,"peer":0,"peer_name":"none","ratio":null,"unit":"s","target":"","ok":true}`, false,
		},
		{
			Row{Bench: "a", Case: "p99", Clients: 8, Ours: 4, Unit: "ms"}.against("other", 5),
			`{"bench":"a","case":"p99","clients":8,"ours":4,"peer":5,"peer_name":"other","ratio":0.8,"unit":"ms","target":"<= 0.5×","ok":false}`, true,
		},
		{
			Row{Bench: "a", Case: "p99", Clients: 8, Ours: 4, Unit: "ms"},
			`{"bench":"a","case":"p99","clients":8,"ours":4,"peer":null,"ratio":null,"unit":"ms","target":"","ok":true}`, false,
		},
		{
			Row{Bench: "a", Case: "p50", Clients: 8, Ours: 4, Unit: "ms"},
			`{"bench":"a","case":"p50","clients":8,"ours":4,"peer":null,"ratio":null,"unit":"ms","target":"<= 1","ok":false}`, false,
		},
	} {
		var out bytes.Buffer
		row, broken := c.row.judge(limits)
		if err := WriteJSON(&out, row); err != nil || out.String() != c.want+"\n" || broken != c.broken {
			t.Errorf("got  %swant %s\nbroken %v, %v", out.String(), c.want, broken, err)
		}
	}
}

func TestTheTableShowsWhatIsBroken(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := WriteTable(&out, []Row{
		{Bench: "a", Case: "rate", Clients: 8, Ours: 1234.5, Unit: "1/s", OK: true},
		{Bench: "b", Case: "size", Ours: 0.1234, Unit: "kB", Target: "<= 0.1"},
	})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if err != nil || len(lines) != 3 {
		t.Fatalf("%s%v", out.String(), err)
	}
	if got := strings.Join(strings.Fields(lines[1]), " "); got != "a rate 8 1234 1/s" {
		t.Errorf("%q", got)
	}
	if got := strings.Join(strings.Fields(lines[2]), " "); got != "b size 0.123 kB <= 0.1 missed" {
		t.Errorf("%q", got)
	}
}

// TestRefusals covers what the command refuses before it does anything.
func TestRefusals(t *testing.T) {
	t.Parallel()
	lawful := Config{Part: "all", Reps: 1, Clients: []int{1}, Turn: time.Second, Entries: []int{1}, Rows: 1}
	if err := lawful.Validate(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Config){
		"bench.part_later":   func(c *Config) { c.Part = "d" },
		"bench.part_unknown": func(c *Config) { c.Part = "h" },
		"bench.not_positive": func(c *Config) { c.Clients = []int{1, 0} },
	} {
		c := lawful
		change(&c)
		if err := errs.As(c.Validate()); err == nil || err.Key != want || err.Kind != errs.Malformed {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	for _, change := range []func(*Config){
		func(c *Config) { c.Reps = 0 }, func(c *Config) { c.Turn = 0 }, func(c *Config) { c.Entries = nil }, func(c *Config) { c.Rows = -1 },
	} {
		c := lawful
		change(&c)
		if c.Validate() == nil {
			t.Errorf("accepted: %+v", c)
		}
	}
}
