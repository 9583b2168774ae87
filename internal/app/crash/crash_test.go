// SPDX-License-Identifier: Apache-2.0

// Package crash kills the server at random moments under load and looks what is
// left: nothing that was acknowledged may be lost, nothing booked twice, and the
// books must be whole each time.
//
// QIAO_TEST_CRASH is the number of kills; without it the test is skipped with a
// message. A kill -9 proves that a commit is written before it is acknowledged
// and that a half-written one is undone. It does not prove what a power cut
// does, because the machine keeps what the process had handed to it: that rests on
// synchronous=FULL, which the server verifies at its start.
package crash_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/books/ledger"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/overview/oversight"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/distribution"
	"github.com/qiaorelief/qiao/internal/relief/receipt"
	"github.com/qiaorelief/qiao/internal/relief/stock"
)

// childEnv makes this test program be the server of a data folder.
const childEnv = "QIAO_CRASH_SERVE"

func TestMain(m *testing.M) {
	if folder := os.Getenv(childEnv); folder != "" {
		os.Exit(app.Main(context.Background(), []string{"serve", "--data", folder, "--addr", "127.0.0.1:0"}, strings.NewReader(""), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

const (
	killsPerFolder = 50 // then the books begin anew, so that looking at them stays quick
	clients        = 8
	inStartup      = 8 // each so many kills, one comes while the server starts
	folders        = 2 // at once
)

// TestKillsLoseAndDoubleNothing is the whole test.
func TestKillsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	kills, err := strconv.Atoi(os.Getenv("QIAO_TEST_CRASH"))
	if err != nil || kills < 1 {
		t.Skip("set QIAO_TEST_CRASH to the number of kills (make test sets it)")
	}
	var all sync.WaitGroup
	var lock sync.Mutex
	left, acknowledged, repeated := kills, 0, 0
	for worker := range folders {
		all.Go(func() {
			random := rand.New(rand.NewPCG(rand.Uint64(), uint64(worker)))
			for !t.Failed() {
				lock.Lock()
				n := min(left, killsPerFolder)
				left -= n
				lock.Unlock()
				if n == 0 {
					return
				}
				b, err := newBooks(t, random)
				if err == nil {
					err = b.suffer(t, n)
				}
				if err != nil {
					t.Errorf("%v", err)
					return
				}
				lock.Lock()
				acknowledged, repeated = acknowledged+len(b.done), repeated+b.repeated
				lock.Unlock()
			}
		})
	}
	all.Wait()
	t.Logf("%d kills: %d writes acknowledged, %d sent again after a kill; nothing lost, nothing doubled", kills, acknowledged, repeated)
	if acknowledged < kills && !t.Failed() {
		t.Errorf("only %d writes acknowledged: there was no load to speak of", acknowledged)
	}
}

// write is one request and what came of it.
type write struct {
	path, key, body string
}

// books is one data folder and what its clients know of it.
type books struct {
	folder string
	token  string
	scope  string // of the idempotency keys
	random *rand.Rand

	lock     sync.Mutex
	sent     int
	repeated int
	done     map[write]string // acknowledged, with the id that was answered
	open     []write          // sent, without an answer
}

func newBooks(t *testing.T, random *rand.Rand) (*books, error) {
	t.Helper()
	b := &books{folder: t.TempDir(), random: random, done: map[write]string{}}
	return b, b.look(t.Context(), func(a *app.App) error {
		_, text, err := a.Accounts.CreateToken(t.Context(), account.System(), account.NewToken{Name: "crash", Role: account.Administrator})
		if err != nil {
			return err
		}
		actor, err := a.Accounts.Authenticate(t.Context(), text)
		b.token, b.scope = text, "api:"+actor.ID.String()+":"
		return err
	})
}

// look opens the books, as the next start would, and closes them again.
func (b *books) look(ctx context.Context, see func(a *app.App) error) (err error) {
	a, err := app.Open(ctx, config.Config{Data: b.folder}, slog.New(slog.DiscardHandler), app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return see(a)
}

// suffer kills the server n times, proves the books each time, and at last sends
// everything again that was never answered.
func (b *books) suffer(t *testing.T, n int) error {
	t.Helper()
	for i := range n {
		if err := b.kill(t, i%inStartup == inStartup-1); err != nil {
			return fmt.Errorf("kill %d: %w", i, err)
		}
		if err := b.look(t.Context(), func(a *app.App) error { return b.prove(t.Context(), a) }); err != nil {
			return fmt.Errorf("after kill %d: %w", i, err)
		}
	}
	s, err := b.start(t)
	if err != nil {
		return err
	}
	for len(b.open) > 0 && !t.Failed() {
		b.send(s, b.next())
	}
	if err := s.end(syscall.SIGTERM); err != nil {
		return err
	}
	return b.look(t.Context(), func(a *app.App) error {
		if err := b.prove(t.Context(), a); err != nil {
			return err
		}
		return b.count(t.Context(), a)
	})
}

// kill starts the server, writes from many clients, and kills it.
func (b *books) kill(t *testing.T, early bool) error {
	t.Helper()
	if early {
		command := child(b.folder)
		if err := command.Start(); err != nil {
			return err
		}
		time.Sleep(time.Duration(b.random.IntN(120)) * time.Millisecond)
		return (&server{command: command}).end(syscall.SIGKILL)
	}
	s, err := b.start(t)
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if !b.send(s, b.next()) {
					return
				}
			}
		})
	}
	time.Sleep(time.Duration(b.random.IntN(60_000)) * time.Microsecond)
	err = s.end(syscall.SIGKILL)
	close(stop)
	all.Wait()
	return err
}

// next returns a request that was never answered, else a new one.
func (b *books) next() write {
	b.lock.Lock()
	defer b.lock.Unlock()
	if n := len(b.open); n > 0 {
		w := b.open[n-1]
		b.open = b.open[:n-1]
		b.repeated++
		return w
	}
	b.sent++
	w := write{"receipts", fmt.Sprintf("key-%d", b.sent), `{"kind":"donation","donor_name":"Example Association","place":"warehouse","occurred_at":"2020-02-03",
		"lines":[{"class":"mask-surgical","quantity":{"value":2,"unit":"piece"}}]}`}
	if b.sent > 20 && b.sent%5 == 0 {
		w.path, w.body = "distributions", `{"recipient_name":"Example Hospital","occurred_at":"2020-02-05","lines":[{"class":"mask-surgical","quantity":{"value":1,"unit":"piece"}}]}`
	}
	return w
}

// send reports whether the server still answers.
func (b *books) send(s *server, w write) bool {
	identity, err := s.post(w, b.token)
	b.lock.Lock()
	defer b.lock.Unlock()
	if err != nil {
		b.open = append(b.open, w)
		return false
	}
	b.done[w] = identity
	return true
}

// prove looks whether the books are whole and hold everything acknowledged.
func (b *books) prove(ctx context.Context, a *app.App) error {
	var faults []string
	if _, err := oversight.Check(ctx, a.DB, a.Blobs, func(f oversight.Finding) { faults = append(faults, fmt.Sprint(f)) }); err != nil {
		return err
	}
	if len(faults) > 0 {
		return fmt.Errorf("qiao check: %v", faults)
	}
	for w, identity := range b.done {
		record, err := journal.ByKey(ctx, a.DB, b.scope+w.key)
		if err != nil {
			return fmt.Errorf("%s %s was acknowledged and is lost: %w", w.path, w.key, err)
		}
		if record.Subject.String() != identity {
			return fmt.Errorf("%s was answered with %s and is %s", w.key, identity, record.Subject)
		}
	}
	return nil
}

// count holds the number of documents and of masks against what was asked for,
// when everything has been answered.
func (b *books) count(ctx context.Context, a *app.App) error {
	gifts, handOvers := int64(0), int64(0)
	for w := range b.done {
		if w.path == "receipts" {
			gifts++
		} else {
			handOvers++
		}
	}
	booked, err := receipt.Count(ctx, a.DB, receipt.Filter{})
	if err != nil {
		return err
	}
	handed, err := distribution.Count(ctx, a.DB, distribution.Filter{})
	if err != nil {
		return err
	}
	masks, cursor := int64(0), ""
	for {
		rows, err := stock.Rows(ctx, a.DB, ledger.StockFilter{}, page.Request{Limit: page.MaxLimit, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, r := range rows.Items {
			masks += r.Amount
		}
		if cursor = rows.Next; cursor == "" {
			break
		}
	}
	if booked != gifts || handed != handOvers || masks != 2*gifts-handOvers {
		return fmt.Errorf("%d gifts asked for, %d booked; %d hand-overs, %d booked; %d masks in stock", gifts, booked, handOvers, handed, masks)
	}
	return nil
}

// server is the program in a process of its own.
type server struct {
	command *exec.Cmd
	url     string
	client  *http.Client
}

func child(folder string) *exec.Cmd {
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), childEnv+"="+folder, "QIAO_DATABASE_URL=")
	command.Stderr = io.Discard
	return command
}

var urlPattern = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

func (b *books) start(t *testing.T) (*server, error) {
	t.Helper()
	command := child(b.folder)
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url := urlPattern.FindString(lines.Text()); url != "" {
			return &server{command, url, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 20 * time.Second}}, nil
		}
	}
	return nil, fmt.Errorf("the server did not start: %w: %s", command.Wait(), said.String())
}

// end ends the process and waits until it is gone.
func (s *server) end(signal syscall.Signal) error {
	if err := s.command.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	err := s.command.Wait()
	if s.client != nil {
		s.client.CloseIdleConnections()
	}
	if signal == syscall.SIGKILL {
		return nil // that it did not end well is the point
	}
	return err
}

// post sends a write and returns the id that was answered.
func (s *server) post(w write, token string) (string, error) {
	request, err := http.NewRequest(http.MethodPost, s.url+"/api/v1/"+w.path, strings.NewReader(w.body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Idempotency-Key", w.key)
	response, err := s.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close() //nolint:errcheck // decoded below, or the server is gone
	var made struct{ ID string }
	if err := json.NewDecoder(response.Body).Decode(&made); err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("%s: %s", w.path, response.Status)
	}
	return made.ID, nil
}
