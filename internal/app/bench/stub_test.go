// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qiaorelief/qiao/internal/app/bench/child"
)

// TestMain lets the test's own binary play the programs that the bench starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "token":
			fmt.Println("secret")
			return
		case "serve": // our own server
			play(ourPath, http.StatusCreated, func(url string) { fmt.Printf("It runs at %s (books in x). Stop it.\n", url) })
			return
		case "--addr": // a peer
			play("/give", http.StatusAccepted, func(url string) {
				line, err := json.Marshal(Ready{
					URL: url, Method: http.MethodPut, Path: "/give", Status: http.StatusAccepted,
					Headers: map[string]string{"Authorization": "Bearer secret"}, Body: `{"key":"` + keyMark + `"}`,
				})
				if err != nil {
					panic(err)
				}
				fmt.Println(string(line))
			})
			return
		case "fail":
			fmt.Fprintln(os.Stderr, "the disk is full")
			os.Exit(3)
		}
	}
	os.Exit(m.Run())
}

// play serves until it is interrupted. A donation needs a token, and a key that
// was not used before.
func play(path string, status int, ready func(url string)) {
	listener, err := net.Listen("tcp", loopback)
	if err != nil {
		panic(err)
	}
	ready("http://" + listener.Addr().String())
	go http.Serve(listener, stub(path, status)) //nolint:errcheck // it ends with the process
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
}

// stub answers donations at the path with the status.
func stub(path string, status int) http.Handler {
	var used sync.Map
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Idempotency-Key")
		if key == "" {
			var in struct{ Key string }
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			key = in.Key
		}
		_, again := used.LoadOrStore(key, true)
		switch {
		case r.URL.Path != path:
			w.WriteHeader(http.StatusNotFound)
		case r.Header.Get("Authorization") != "Bearer secret":
			w.WriteHeader(http.StatusUnauthorized)
		case key == "" || again:
			w.WriteHeader(http.StatusConflict)
		default:
			w.WriteHeader(status)
		}
	})
}

// stubBench is a bench on the stubs that keeps its rows.
func stubBench(t *testing.T) (*bench, *[]Row) {
	t.Helper()
	var rows []Row
	return &bench{Config: Config{
		Self: os.Args[0], Part: "a", Reps: 2, Clients: []int{1, 4}, Turn: time.Second / 2, Entries: []int{1}, Rows: 1, Dir: t.TempDir(),
		Row: func(r Row) error { rows = append(rows, r); return nil }, Note: func(string, ...any) {},
	}, judged: map[string]bool{}, books: map[int]library{}}, &rows
}

// TestAContestIsMeasured loads two stub programs in turns.
func TestAContestIsMeasured(t *testing.T) {
	t.Parallel()
	b, rows := stubBench(t)
	b.Peers = []Peer{{"other", os.Args[0]}}
	ours, err := b.serve(t.Context(), b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := b.host(t.Context(), b.Peers[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := b.contest(t.Context(), contest{
		part: "a", name: "donation over HTTP: ", clients: 4, targets: []*target{ours, theirs}, ops: []operation{ours.post, theirs.post}, names: []string{"other"},
	}); err != nil {
		t.Fatal(err)
	}
	for _, server := range []*target{ours, theirs} {
		if err := server.close(); err != nil {
			t.Error(err)
		}
	}
	if len(*rows) != len(measures) {
		t.Fatalf("%d rows, want %d: %+v", len(*rows), len(measures), *rows)
	}
	for _, r := range *rows {
		if r.Clients != 4 || r.PeerName != "other" || r.Peer == nil || !r.OK {
			t.Errorf("%+v", r)
		}
		// Processor time is counted in hundredths of a second, which a stub may not use.
		if !strings.HasSuffix(r.Case, processorTime) && (r.Ours <= 0 || *r.Ratio <= 0) {
			t.Errorf("%s: ours %v, ratio %v", r.Case, r.Ours, *r.Ratio)
		}
	}
}

// TestARefusedDonationEndsTheTurn makes sure that only what was booked is
// measured.
func TestARefusedDonationEndsTheTurn(t *testing.T) {
	t.Parallel()
	b, _ := stubBench(t)
	server, err := b.serve(t.Context(), b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	defer server.close() //nolint:errcheck // it has ended with the test
	server.ready.Headers = map[string]string{"Authorization": "Bearer secret", "Idempotency-Key": "always the same"}
	if server.request, err = newTemplate(server.ready, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := server.turn(t.Context(), 2, 5*time.Second, server.post); err == nil || !strings.Contains(err.Error(), "409") {
		t.Errorf("a turn of refusals gave %v", err)
	}
}

// TestAChildThatFailsSaysWhy covers a program that ends at once.
func TestAChildThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	if _, _, err := child.Launch(t.Context(), os.Args[0], "fail"); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("launch: %v", err)
	}
	if _, err := child.Run(t.Context(), os.Args[0], "fail"); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("run: %v", err)
	}
}

// TestDriveStops holds the two ends of a turn: its time, and the caller.
func TestDriveStops(t *testing.T) {
	t.Parallel()
	nap := func(context.Context) error { time.Sleep(time.Millisecond); return nil }
	done, err := drive(t.Context(), 3, 50*time.Millisecond, nap)
	if err != nil || len(done.latencies) < 3 || done.wall < 50*time.Millisecond || done.wall > 30*time.Second {
		t.Errorf("%d operations in %v: %v", len(done.latencies), done.wall, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := drive(ctx, 3, time.Hour, nap); err == nil {
		t.Error("a cancelled turn is no measurement")
	}
}
