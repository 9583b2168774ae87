// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Row is one figure.
type Row struct {
	Bench    string   `json:"bench"` // the part: a, b, import, list, start
	Case     string   `json:"case"`
	Clients  int      `json:"clients"` // at the same time; 0 where there are none
	Ours     float64  `json:"ours"`
	Peer     *float64 `json:"peer"` // null: none was measured
	PeerName string   `json:"peer_name,omitempty"`
	Ratio    *float64 `json:"ratio"` // ours divided by the peer's
	Unit     string   `json:"unit"`
	Target   string   `json:"target"` // the limit of this tree, such as "<= 50"; empty: none
	OK       bool     `json:"ok"`     // the limit is kept, or there is none
}

// against returns the row with a peer's figure beside ours.
func (r Row) against(name string, value float64) Row {
	r.PeerName, r.Peer = name, &value
	if value != 0 {
		ratio := r.Ours / value
		r.Ratio = &ratio
	}
	return r
}

// limit is what this tree promises of a case, in the unit of its row.
type limit struct {
	value  float64
	least  bool // at least, instead of at most
	ratio  bool // of the ratio to the peer; not judged without one
	missed bool // not reached yet, as docs/benchmarks.md says; it breaks nothing
}

func (l limit) String() string {
	sign := "<= "
	if l.least {
		sign = ">= "
	}
	if l.ratio {
		return sign + strconv.FormatFloat(l.value, 'f', -1, 64) + "×"
	}
	return sign + strconv.FormatFloat(l.value, 'f', -1, 64)
}

func (l limit) kept(value float64) bool {
	if l.least {
		return value >= l.value
	}
	return value <= l.value
}

// key names the row among the limits: part, case and clients.
func (r Row) key() string { return r.Bench + " " + r.Case + " " + strconv.Itoa(r.Clients) }

// judge returns the row with its limit, if there is one, whether it is kept, and
// whether a limit is broken that was kept before.
func (r Row) judge(limits map[string]limit) (judged Row, broken bool) {
	r.OK = true
	l, ok := limits[r.key()]
	value := r.Ours
	if l.ratio {
		if ok = r.Ratio != nil; ok {
			value = *r.Ratio
		}
	}
	if !ok {
		return r, false
	}
	r.Target, r.OK = l.String(), l.kept(value)
	return r, !r.OK && !l.missed
}

// WriteJSON writes one row as a line.
func WriteJSON(w io.Writer, r Row) error {
	line := json.NewEncoder(w)
	line.SetEscapeHTML(false) // a limit reads <= 50
	return line.Encode(r)
}

// WriteTable writes rows for people.
func WriteTable(w io.Writer, rows []Row) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	lines := []string{"part\tcase\tclients\tours\tpeer\tratio\tunit\tlimit\t\t"}
	for _, r := range rows {
		peer, ratio, clients, verdict := "", "", "", ""
		if r.Peer != nil {
			peer = number(*r.Peer) + " " + r.PeerName
		}
		if r.Ratio != nil {
			ratio = number(*r.Ratio)
		}
		if r.Clients > 0 {
			clients = strconv.Itoa(r.Clients)
		}
		switch {
		case !r.OK:
			verdict = "missed"
		case r.Target != "":
			verdict = "ok"
		}
		lines = append(lines, strings.Join([]string{r.Bench, r.Case, clients, number(r.Ours), peer, ratio, r.Unit, r.Target, verdict, ""}, "\t"))
	}
	if _, err := fmt.Fprintln(table, strings.Join(lines, "\n")); err != nil {
		return err
	}
	return table.Flush()
}

// number shows three significant digits, and whole numbers from 100 on.
func number(v float64) string {
	if v >= 100 || v <= -100 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
