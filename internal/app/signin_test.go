// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
)

const linkPattern = `https?://\S+/link/([A-Za-z0-9_-]{43})`

// enter opens the books and follows a link as a browser would.
func enter(t *testing.T, data, said string, in signin.Acceptance) (signin.Entry, error) {
	t.Helper()
	found := regexp.MustCompile(linkPattern).FindStringSubmatch(said)
	if found == nil {
		t.Fatalf("no link in %q", said)
	}
	a, err := app.Open(t.Context(), config.Config{Data: data}, slog.New(slog.DiscardHandler), app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // the test is over
	return a.SignIn.Accept(t.Context(), signin.Visitor{Address: netip.MustParseAddr("192.0.2.7")}, found[1], in)
}

// TestWhoRunsTheServerGetsInAndBackIn is the way of the runbook.
func TestWhoRunsTheServerGetsInAndBackIn(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	code, said, errOut := qiao(t, "invite", "--email", "admin@example.org", "--name", "Example administrator", "--data", data)
	if code != 0 || strings.Count(said, "\n") != 1 {
		t.Fatalf("invite: exit %d: %q %s", code, said, errOut)
	}
	if _, err := enter(t, data, said, signin.Acceptance{Password: "a quiet river, seven boats"}); err != nil {
		t.Fatal(err)
	}
	code, said, errOut = qiao(t, "invite", "--email", "Admin@example.org", "--forget-second-factor", "--data", data)
	if code != 0 {
		t.Fatalf("back in: exit %d: %s", code, errOut)
	}
	if e, err := enter(t, data, said, signin.Acceptance{Password: "nine herons over a mill"}); err != nil || e.Half {
		t.Fatalf("back in: %+v, %v", e, err)
	}
	for name, args := range map[string][]string{
		"no address":    {"invite", "--data", data},
		"unknown role":  {"invite", "--email", "b@example.org", "--role", "king", "--data", data},
		"no name":       {"invite", "--email", "b@example.org", "--data", data},
		"no such email": {"invite", "--email", "nobody", "--name", "b", "--data", data},
	} {
		if code, said, _ := qiao(t, args...); code == 0 || said != "" {
			t.Errorf("%s: exit %d, %q", name, code, said)
		}
	}
}

// waiting calls ready once the text that is written holds a line that matches.
type waiting struct {
	bytes.Buffer

	pattern *regexp.Regexp
	ready   func()
}

func (w *waiting) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if w.pattern.Match(w.Bytes()) {
		w.ready()
	}
	return n, err
}

// serve runs a command that serves until it has printed what is waited for.
func serve(t *testing.T, wait string, args ...string) string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	out := &waiting{pattern: regexp.MustCompile(wait), ready: stop}
	if code := app.Run(ctx, append(args, "--addr", "127.0.0.1:0"), strings.NewReader(""), out, io.Discard); code != 0 {
		t.Fatalf("%v: exit %d: %s", args, code, out.String())
	}
	if !out.pattern.Match(out.Bytes()) {
		t.Fatalf("%v never printed %s, but: %s", args, wait, out.String())
	}
	return out.String()
}

// TestFirstStartPrintsALinkAndThereIsNoDefaultAccount holds the contract of serve.
func TestFirstStartPrintsALinkAndThereIsNoDefaultAccount(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := serve(t, linkPattern, "serve", "--data", data)
	second := serve(t, linkPattern, "serve", "--data", data)
	in := signin.Acceptance{Name: "Example administrator", Email: "admin@example.org", Password: "a quiet river, seven boats"}
	if _, err := enter(t, data, first, in); err == nil {
		t.Error("the link of the first start works after the second start")
	}
	if _, err := enter(t, data, second, in); err != nil {
		t.Fatal(err)
	}
	if third := serve(t, `127\.0\.0\.1:\d+`, "serve", "--data", data); regexp.MustCompile(linkPattern).MatchString(third) {
		t.Errorf("a house with an administrator prints a link: %s", third)
	}
}

// TestDemonstrationPrintsALinkForEachRole follows the contract of demo.
func TestDemonstrationPrintsALinkForEachRole(t *testing.T) {
	t.Parallel()
	said := serve(t, `监督员[^\n]*/link/[^\n]+\n`, "demo", "--data", t.TempDir())
	if found := regexp.MustCompile(linkPattern).FindAllString(said, -1); len(found) != 8 {
		t.Errorf("%d links in %s", len(found), said)
	}
}
