// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/platform/dbtest"
	"github.com/qiaorelief/qiao/internal/platform/obs"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/surface/web"
	"github.com/qiaorelief/qiao/internal/surface/web/layout"
)

// lines is a log that a server and a test may use at once.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func openApp(t testing.TB, cfg config.Config, log *slog.Logger) *App {
	t.Helper()
	cfg.Data = t.TempDir()
	a, err := Open(t.Context(), cfg, log, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func send(t testing.TB, h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// scrape reads the figures as Prometheus does: name and labels as in the text, to
// the value; of a histogram, the count.
func scrape(t *testing.T, a *App) map[string]float64 {
	t.Helper()
	w := send(t, a.Metrics(), http.MethodGet, "/metrics")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if err != nil {
		t.Fatalf("it cannot be read: %v", err)
	}
	got := map[string]float64{}
	for name, f := range families {
		for _, m := range f.GetMetric() {
			key := []string{name}
			for _, l := range m.GetLabel() {
				key = append(key, l.GetValue())
			}
			got[strings.Join(key, " ")] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return got
}

func onBothEngines(t *testing.T, test func(t *testing.T, a *App)) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, openApp(t, config.Config{}, quiet))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, openApp(t, config.Config{DatabaseURL: config.Secret(dbtest.PostgresURL(t))}, quiet))
	})
}

// TestFiguresMoveWithRealRequests asks the whole program and scrapes before and after.
func TestFiguresMoveWithRealRequests(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, a *App) {
		handler, err := a.Handler(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		before := scrape(t, a)
		for range 3 {
			send(t, handler, http.MethodGet, "/report/2020-02-17")
		}
		for _, path := range []string{"/nowhere/13800000000", "/nowhere/else", "/wp-login.php"} {
			send(t, handler, http.MethodGet, path)
		}
		send(t, handler, http.MethodGet, "/api/v1/receipts")
		send(t, handler, "BREW", "/data")
		send(t, handler, http.MethodGet, "/healthz")
		if err := a.ensureOffice(t.Context()); err != nil { // one write with one record
			t.Fatal(err)
		}
		after := scrape(t, a)
		for name, moved := range map[string]float64{
			"qiao_http_requests_total 2xx GET /report/{date}":           3,
			"qiao_http_request_duration_seconds 2xx GET /report/{date}": 3,
			"qiao_http_requests_total 4xx GET /":                        3,
			"qiao_http_requests_total 4xx GET /api/v1/receipts":         1,
			"qiao_http_requests_total 4xx other /data":                  1,
			"qiao_http_requests_total 2xx GET /healthz":                 1,
			"qiao_database_commits_total":                               1,
			"qiao_database_writes_per_commit":                           1,
			"qiao_database_write_wait_seconds":                          1,
			"qiao_journal_records":                                      1,
		} {
			if got := after[name] - before[name]; got != moved {
				t.Errorf("%s moved by %v, want %v", name, got, moved)
			}
		}
		unnumbered := map[db.Engine]float64{db.SQLite: 0, db.Postgres: after["qiao_journal_records"]}[a.DB.Engine()]
		if got, ok := after["qiao_journal_records_unnumbered"]; !ok || got != unnumbered {
			t.Errorf("%v records without a number (there: %t), want %v", got, ok, unnumbered)
		}
		for _, name := range []string{"go_goroutines", "process_open_fds", "qiao_database_read_connections_open"} {
			if after[name] < 1 {
				t.Errorf("%s is %v", name, after[name])
			}
		}
		if _, ok := after["qiao_jobs_unfinished available"]; !ok || after["qiao_sample_failures_total job"]+after["qiao_sample_failures_total journal"] > 0 {
			t.Error("jobs or journal could not be read")
		}
		for name := range after {
			if strings.Contains(name, "13800000000") || strings.Contains(name, "wp-login") {
				t.Errorf("an address is in %s", name)
			}
		}
	})
}

func TestOpenMetricsIsSpokenToThoseWhoAsk(t *testing.T) {
	t.Parallel()
	a := openApp(t, config.Config{}, slog.New(slog.DiscardHandler))
	w := send(t, a.Metrics(), http.MethodGet, "/metrics", "Accept", "application/openmetrics-text;version=1.0.0")
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/openmetrics-text; version=1.0.0") || !strings.HasSuffix(w.Body.String(), "# EOF\n") {
		t.Errorf("%s: …%q", got, w.Body.String()[max(0, w.Body.Len()-80):])
	}
	for _, path := range []string{"/", "/healthz", "/debug/pprof/"} {
		if w := send(t, a.Metrics(), http.MethodGet, path); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d on the second listener", path, w.Code)
		}
	}
}

// faulty is the observer around handlers that misbehave.
func faulty(t *testing.T, a *App) http.Handler {
	t.Helper()
	pages, err := web.New(layout.Site{}, web.Services{}, a.Bundle, a.Log)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	boom := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "7")
		w.Header().Set("Content-Encoding", "gzip")
		panic("boom: example")
	}
	mux.HandleFunc("GET /api/v1/boom", boom)
	mux.HandleFunc("GET /boom/{name}", boom)
	mux.HandleFunc("GET /half", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half of an ans") //nolint:errcheck // the recorder takes it
		panic("boom: example")
	})
	mux.HandleFunc("GET /leave", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("GET /silent", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /early", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusTeapot)
	})
	mux.HandleFunc("GET /flush", func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
		if obs.Request(r.Context()) == "" {
			t.Error("the context has no request")
		}
	})
	return a.observe(mux, pages.Kit().Pages)
}

// TestAPanicIsAnsweredAndLogged: a script gets a problem, a reader a page, in
// their language, and neither sees the inside.
func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	t.Parallel()
	log := &lines{}
	a := openApp(t, config.Config{}, obs.NewLog(log, slog.LevelInfo, "text"))
	h := faulty(t, a)
	for _, c := range []struct{ path, lang, kind, text string }{
		{"/api/v1/boom", "en", "application/problem+json", "Something went wrong on our side"},
		{"/api/v1/boom", "zh", "application/problem+json", a.Bundle.For("zh").T("error.internal")},
		{"/boom/x?lang=en", "zh", "text/html; charset=utf-8", "Something went wrong on our side"},
		{"/boom/x", "zh-CN", "text/html; charset=utf-8", a.Bundle.For("zh").T("error.internal")},
	} {
		w := send(t, h, http.MethodGet, c.path, "Accept-Language", c.lang, "X-Request-Id", "example-1")
		body := w.Body.String()
		if w.Code != http.StatusInternalServerError || w.Header().Get("Content-Type") != c.kind || !strings.Contains(body, c.text) {
			t.Errorf("%s: %d %s %s", c.path, w.Code, w.Header().Get("Content-Type"), body)
		}
		if strings.Contains(body, "boom: example") || strings.Contains(body, "goroutine") {
			t.Errorf("%s shows the inside: %s", c.path, body)
		}
		if w.Header().Get("Content-Encoding") != "" || w.Header().Get("Content-Length") == "7" {
			t.Errorf("%s: the head is that of another answer: %v", c.path, w.Header())
		}
		if w.Header().Get("X-Request-ID") != "example-1" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", c.path, w.Header())
		}
	}
	text := log.String()
	for _, part := range []string{"boom: example", "request=example-1", "observe_test.go", "route=\"GET /boom/{name}\""} {
		if !strings.Contains(text, part) {
			t.Errorf("the log does not have %q: %s", part, text)
		}
	}
	got := scrape(t, a)
	if got["qiao_http_panics_total"] != 4 || got["qiao_http_requests_total 5xx GET /boom/{name}"] != 2 {
		t.Errorf("panics %v, %v", got["qiao_http_panics_total"], got["qiao_http_requests_total 5xx GET /boom/{name}"])
	}
}

// TestAnAnswerThatBreaksOffIsBrokenOff: half an answer must not look whole.
func TestAnAnswerThatBreaksOffIsBrokenOff(t *testing.T) {
	t.Parallel()
	a := openApp(t, config.Config{}, slog.New(slog.DiscardHandler))
	h := faulty(t, a)
	for _, path := range []string{"/half", "/leave"} {
		func() {
			defer func() {
				if cause := recover(); cause != http.ErrAbortHandler {
					t.Errorf("%s: the server sees %v", path, cause)
				}
			}()
			send(t, h, http.MethodGet, path)
		}()
	}
	got := scrape(t, a)
	for name, n := range map[string]float64{
		"qiao_http_requests_total aborted GET /half": 1, "qiao_http_requests_total aborted GET /leave": 1, "qiao_http_panics_total": 1,
	} {
		if got[name] != n {
			t.Errorf("%s is %v, want %v", name, got[name], n)
		}
	}
}

func TestTheStatusIsTheFinalOne(t *testing.T) {
	t.Parallel()
	a := openApp(t, config.Config{}, slog.New(slog.DiscardHandler))
	h := faulty(t, a)
	for _, path := range []string{"/silent", "/early", "/flush"} {
		send(t, h, http.MethodGet, path)
	}
	got := scrape(t, a)
	for _, name := range []string{"2xx GET /silent", "4xx GET /early", "2xx GET /flush"} {
		if got["qiao_http_requests_total "+name] != 1 {
			t.Errorf("%s is not counted", name)
		}
	}
}

// TestRequestsAreTold: at debug, with the route and never the address.
func TestRequestsAreTold(t *testing.T) {
	t.Parallel()
	log := &lines{}
	a := openApp(t, config.Config{}, obs.NewLog(log, slog.LevelDebug, "text"))
	handler, err := a.Handler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, given := range []string{"", "from-proxy.1_A", "two words", "line\nbreak", strings.Repeat("x", 65), "中文"} {
		id := send(t, handler, http.MethodGet, "/report/2020-02-17?name=example", "X-Request-Id", given).Header().Get("X-Request-ID")
		if kept := id == given; kept != (given == "from-proxy.1_A") || id == "" || seen[id] {
			t.Errorf("given %q, got %q", given, id)
		}
		seen[id] = true
	}
	text := log.String()
	for _, part := range []string{"msg=answered", "route=/report/{date}", "status=200", "method=GET", "request=from-proxy.1_A", "took="} {
		if !strings.Contains(text, part) {
			t.Errorf("the log does not have %q", part)
		}
	}
	if strings.Contains(text, "2020-02-17") || strings.Contains(text, "name=example") {
		t.Errorf("the log has the address: %s", text)
	}
}

// TestMetricsStartAndStopWithTheServer runs the command as a person would.
func TestMetricsStartAndStopWithTheServer(t *testing.T) {
	t.Parallel()
	log := &lines{}
	a := openApp(t, config.Config{MetricsAddr: "127.0.0.1:0"}, obs.NewLog(log, slog.LevelInfo, "text"))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	up, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- a.listenAndServe(ctx, "127.0.0.1:0", func(url string) { up <- url }) }()
	var url string
	select {
	case url = <-up:
	case err := <-ended:
		t.Fatal(err)
	}
	get := func(url string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, err.Error()
		}
		defer response.Body.Close() //nolint:errcheck // only read
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
	_, rest, _ := strings.Cut(log.String(), "msg=metrics url=")
	figures, _, _ := strings.Cut(rest, "\n")
	if code, body := get(figures); code != http.StatusOK || !strings.Contains(body, "qiao_build_info{") {
		t.Errorf("%s: %d %.200s", figures, code, body)
	}
	if code, _ := get(url + "/metrics"); code != http.StatusNotFound {
		t.Errorf("the public listener answers /metrics with %d", code)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if code, _ := get(figures); code != 0 {
		t.Errorf("after the end %s answers %d", figures, code)
	}
}

// TestABadMetricsAddressIsSaidInWords, in both languages, and nothing is left running.
func TestABadMetricsAddressIsSaidInWords(t *testing.T) {
	t.Parallel()
	taken, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() }) //nolint:errcheck // after the parallel parts
	in := taken.Addr().String()
	words := openApp(t, config.Config{}, slog.New(slog.DiscardHandler)).Bundle
	for name, c := range map[string]struct {
		addr   string
		code   int
		zh, en string
	}{
		"no port":      {"9464", exitUsage, "--metrics-addr 写的是“9464”，应当是", `--metrics-addr is "9464"; it must be host:port`},
		"a high port":  {":99999", exitUsage, "--metrics-addr 写的是“:99999”", `--metrics-addr is ":99999"`},
		"taken":        {in, exitWrong, in + " 已经有别的程序在用，Prometheus", "Another program uses " + in + ", where the figures for Prometheus"},
		"another host": {"192.0.2.1:9464", exitWrong, "无法在 192.0.2.1:9464 上提供 Prometheus", "Cannot listen on 192.0.2.1:9464 for the figures for Prometheus"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for lang, want := range map[string]string{"zh": c.zh, "en": c.en} {
				var out, errOut bytes.Buffer
				con := &console{
					in: strings.NewReader(""), out: &out, err: &errOut, log: slog.New(slog.DiscardHandler),
					cfg: config.Config{Lang: lang}.WithDefaults(), words: words.For(lang),
				}
				code := con.run(t.Context(), []string{"serve", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--metrics-addr", c.addr})
				if code != c.code || !strings.Contains(errOut.String(), want) {
					t.Errorf("%s: exit %d, want %d: %s", lang, code, c.code, errOut.String())
				}
			}
		})
	}
}

// BenchmarkObserver measures what stands around each request.
func BenchmarkObserver(b *testing.B) {
	a := openApp(b, config.Config{}, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /report/{date}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for name, h := range map[string]http.Handler{"bare": mux, "observed": a.observe(mux, &render.Pages{})} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/report/2020-02-17", http.NoBody)
			w := httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}
