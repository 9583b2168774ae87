// SPDX-License-Identifier: Apache-2.0

package public_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/fund"
	"github.com/qiaorelief/qiao/internal/relief/need"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
)

// hostileNames are names of organisations that somebody was allowed to publish.
var hostileNames = []string{
	`<script>alert(1)</script>示例医院`, `=cmd|' /C calc'!A0示例医院`, "+1+1示例医院", "@SUM(1)示例医院", "\t=1示例医院",
	"\u202e示例医院\u2066\u200f", `"><img src=x onerror=alert(1)>示例医院`, strings.Repeat("长", 190) + "示例医院", strings.Repeat("W", 190) + " hospital",
	"示例医院\x1b[31m", "${7*7}{{.Secret}}示例医院",
}

func (h *house) hostile() {
	h.t.Helper()
	ctx, me, public := h.t.Context(), account.System(), true
	for i, name := range hostileNames {
		o := must(h.orgs.Create(ctx, me, org.Input{Kind: org.Hospital, Name: name, Public: &public}, ""))(h.t)
		l := line("other", int64(100+i), qty.Piece)
		l.ItemText, l.SpecText, l.Batch, l.Standards = name, name, name, []string{name}
		must(h.receipts.Create(ctx, me, receipt.Input{
			Kind: receipt.Donation, Donor: o.ID, Place: name, Origin: name, OccurredAt: at(16), Note: name, Source: name, Lines: []receipt.LineInput{l},
		}, ""))(h.t)
		must(h.distributions.Create(ctx, me, distribution.Input{
			Recipient: o.ID, Place: name, OccurredAt: at(17), Unreconciled: true, Note: name,
			Lines: []distribution.LineInput{{Class: "other", Quantity: qty.Exactly(50, qty.Piece), Rejected: 1, RejectReason: name, ItemText: name}},
		}, ""))(h.t)
		must(h.needs.Create(ctx, me, need.Input{
			Recipient: o.ID, Place: name, StatedOn: 20200216, Note: name,
			Lines: []need.Line{{Class: "other", ItemText: name, SpecText: name, Quantity: qty.Exactly(10, qty.Piece), Standards: []string{name}}},
		}, ""))(h.t)
		must(h.funds.Create(ctx, me, fund.Input{
			Direction: fund.In, Channel: name, Party: o.ID, Purpose: name, Amount: money.Amount{Minor: 1, Currency: money.CNY}, OccurredAt: at(17), Note: name,
		}, ""))(h.t)
	}
}

func TestHostileTextIsNeutralOnEveryPageAndInEveryFile(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		h.hostile()
		for target, body := range h.crawl() {
			path, _, _ := strings.Cut(target, "?")
			bad := []string{"\x1b", "\u202e", "\u2066", "\u200f"}
			switch {
			case strings.HasPrefix(path, "/assets/"):
				continue
			case strings.HasSuffix(path, ".csv"):
				bad = append(bad, ",=", "\n=", ",+1", ",@", "\"=", "\"+1", "\"@", "\t=")
			case strings.HasSuffix(path, ".xlsx"):
				bad = append(bad, "<f>", "<f ", "<script>", "<img")
			case strings.HasSuffix(path, ".json"):
			default:
				bad = append(bad, "<script>", "<img", "49示例")
				h.harmless(target, body)
			}
			for _, b := range bad {
				if i := strings.Index(strings.TrimPrefix(body, "\ufeff"), b); i >= 0 {
					t.Errorf("%s holds %q: …%s…", target, b, body[max(0, i-60):min(len(body), i+60)])
				}
			}
		}
		if rows := h.read("/report/latest/rows.csv?flow=out"); !strings.Contains(rows, `'=cmd|' /C calc'!A0示例医院`) {
			t.Error("a name that a spreadsheet would run is not kept as text")
		}
		if rows := h.read("/report/latest/rows?flow=out"); !strings.Contains(rows, "&lt;script&gt;alert(1)&lt;/script&gt;示例医院") {
			t.Error("a name with a tag is not shown as text")
		}
	})
}

// harmless checks that a page has no element or attribute that a text brought in.
func (h *house) harmless(target, body string) {
	h.t.Helper()
	for n := range must(html.Parse(strings.NewReader(body)))(h.t).Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "img" || n.Data == "iframe" || n.Data == "script" && n.FirstChild != nil {
			h.t.Errorf("%s has an element <%s> from outside", target, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "href" && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				h.t.Errorf("%s has <%s %s=%q>", target, n.Data, a.Key, a.Val)
			}
		}
	}
}

func TestTextsBeyondAnyUseAreRefused(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		endless, public := strings.Repeat("长", 5_000), true
		_, err := h.orgs.Create(t.Context(), account.System(), org.Input{Kind: org.Hospital, Name: endless, Public: &public}, "")
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("a name of 5,000 characters: %v", err)
		}
		l := line("other", 1, qty.Piece)
		l.ItemText = endless
		_, err = h.receipts.Create(t.Context(), account.System(), receipt.Input{Kind: receipt.Donation, OccurredAt: at(17), Lines: []receipt.LineInput{l}}, "")
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("an article of 5,000 characters: %v", err)
		}
	})
}

func TestAddressesThatAreNoneAreAnsweredPolitely(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		lot := h.receive(17, "示例侨界联合会", line("mask-other", 5, qty.Piece)).Lines[0].Lot.String()
		for _, day := range []string{
			"2020-02-30", "2020-13-01", "0000-00-00", "0001-01-01", "9999-12-31", "2020-2-3", "20200217", "yesterday", "-1", "１２", "2020-02-17T00:00",
			"2020-02-17.exe", "2020-02-17.", ".csv", "2019-01-01", "2030-01-01", "\x00", "' OR 1=1", "..", strings.Repeat("9", 4000),
		} {
			for _, rest := range []string{"", "/rows", "/rows.csv", "/rows.xlsx"} {
				h.refused("/report/"+url.PathEscape(day)+rest, http.StatusNotFound, http.StatusMovedPermanently, http.StatusTemporaryRedirect)
			}
			h.refused("/report/latest/rows?day="+url.QueryEscape(day), http.StatusBadRequest, http.StatusOK)
		}
		for _, query := range []string{
			"flow=sideways", "class=%00", "class=<b>", "group=none", "flow=out&recipient=x", "flow=out&recipient=%ff", "flow=money-in&currency=XXX", "flow=money-in&currency=cny", "cursor=x", "unit=x", "cursor=" + strings.Repeat("A", 200), "group=" + strings.Repeat("x", 400),
		} {
			h.refused("/report/latest/rows?"+query, http.StatusNotFound, http.StatusBadRequest)
			if !strings.HasPrefix(query, "cursor=") { // a file begins at the beginning
				h.refused("/report/latest/rows.csv?"+query, http.StatusNotFound, http.StatusBadRequest)
			}
		}
		for _, path := range []string{"/thread/x", "/thread/" + lot + "0", "/thread/" + lot + ".csv.csv", "/thread/%00", "/report/latest/rows.json", "/report/latest/rows.pdf", "/thread/" + lot + ".xlsx"} {
			h.refused(path, http.StatusNotFound)
		}
		if w := h.get("/thread/" + lot + ".csv"); w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Disposition"), "thread-"+lot+".csv") {
			t.Errorf("the file of a thread: %d %v", w.Code, w.Header())
		}
	})
}

// refused checks that an address is answered with one of the statuses, by a
// whole page without anything of the inside.
func (h *house) refused(target string, statuses ...int) {
	h.t.Helper()
	w := h.get(target)
	good := false
	for _, s := range statuses {
		good = good || w.Code == s
	}
	if !good {
		h.t.Errorf("%.120s: %d, want one of %v", target, w.Code, statuses)
	}
	body := w.Body.String()
	if w.Code >= 400 && (!strings.Contains(body, "<h1>") || !strings.Contains(body, `href="/"`)) {
		h.t.Errorf("%.120s: %d without a page that leads on", target, w.Code)
	}
	for _, inside := range []string{"sql", "SQL", "panic", "goroutine", "pq:", "error."} {
		if strings.Contains(body, inside) {
			h.t.Errorf("%.120s shows %q", target, inside)
		}
	}
}

func TestUnknownLanguageFallsBack(t *testing.T) {
	inBooks(t, func(t *testing.T, h *house) {
		h.receive(17, "示例侨界联合会", line("mask-surgical", 5, qty.Piece))
		for lang, want := range map[string]string{"xx": "医用外科口罩", "": "医用外科口罩", "fr": "医用外科口罩", "<b>": "医用外科口罩", "zh-TW": "醫用外科口罩", "en-GB": "Surgical mask", "en": "Surgical mask"} {
			for _, target := range []string{"/report/latest/rows?flow=in", "/report/latest/rows.csv?flow=in"} {
				if body := h.read(target + "&lang=" + url.QueryEscape(lang)); !strings.Contains(body, want) {
					t.Errorf("%s in %q has no %s", target, lang, want)
				}
			}
		}
	})
}
