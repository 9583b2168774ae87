// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/office"
)

type serveCommand struct {
	Data string `help:"Folder of the books (default: QIAO_DATA or ./data)." placeholder:"DIR"`
	Addr string `help:"Address to listen on (default: QIAO_ADDR or 127.0.0.1:8080)." placeholder:"HOST:PORT"`

	MetricsAddr string `help:"Address of the figures for Prometheus, /metrics (default: QIAO_METRICS_ADDR, else none)." placeholder:"HOST:PORT"`
}

// Run serves until the process is told to stop.
func (s *serveCommand) Run(ctx context.Context, c *console) error {
	if s.MetricsAddr != "" && !config.IsAddr(s.MetricsAddr) {
		return errs.New(errs.Malformed, "config.addr", "name", "--metrics-addr", "value", s.MetricsAddr)
	}
	return c.with(ctx, s.Data, func(a *App) error {
		a.Config.MetricsAddr = or(s.MetricsAddr, a.Config.MetricsAddr)
		if err := a.ensureOffice(ctx); err != nil {
			return err
		}
		return a.listenAndServe(ctx, or(s.Addr, c.cfg.Addr), func(url string) {
			fmt.Fprintln(c.out, c.words.T("cli.serving", "url", url, "data", a.Config.Data)) //nolint:errcheck // the server runs all the same
			c.sayHowToBegin(ctx, a, a.address(url))
		})
	})
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// ensureOffice writes down once whose books these are and in which zone their
// days begin.
func (a *App) ensureOffice(ctx context.Context) error {
	o, err := office.Read(ctx, a.DB)
	if err != nil || o.Zone != "" {
		return err
	}
	return office.Set(ctx, a.DB, account.System().ID, office.Office{
		Name: a.Config.OrgName, Zone: a.Config.Zone.String(), Demonstration: o.Demonstration,
	})
}

// The server's patience.
const (
	headerTimeout   = 10 * time.Second
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 15 * time.Second
	watchInterval   = 500 * time.Millisecond
)

// listenAndServe serves pages and API and runs the background work until ctx
// ends; then it answers what it has begun and stops everything it started.
func (a *App) listenAndServe(ctx context.Context, addr string, ready func(url string)) (err error) {
	handler, err := a.Handler(ctx)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, addr)
	if err != nil {
		return err
	}
	stopMetrics, err := a.startMetrics(ctx, a.Config.MetricsAddr)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, stopMetrics()) }()
	stop, err := a.startBackground(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, stop()) }()
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	ready("http://" + listener.Addr().String())
	settleMemory()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	quit, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(quit); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}

// settleMemory lets the heap grow further between collections than Go does by
// itself: what lives is small (some 15 MB), and under load collecting cost a
// tenth of all processor time. What the start needed and nobody needs now goes
// back to the system. Whoever sets GOGC keeps it.
func settleMemory() {
	const usual, ours = 100, 400
	if before := debug.SetGCPercent(ours); before != usual {
		debug.SetGCPercent(before)
	}
	debug.FreeOSMemory()
}

// listen opens the port; a port in use is said in words that help.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, errs.Wrap(err, errs.Unavailable, "cli.port_in_use", "addr", addr)
	}
	return nil, errs.Wrap(err, errs.Unavailable, "cli.cannot_listen", "addr", addr)
}

// startBackground starts what runs beside the requests and returns how to stop it.
func (a *App) startBackground(ctx context.Context) (stop func() error, err error) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	if err := a.DB.WatchOthers(work, watchInterval); err != nil {
		cancel()
		return nil, err
	}
	var all sync.WaitGroup
	for _, run := range a.background() {
		all.Go(func() { run(work) })
	}
	jobs, err := a.startJobs(work)
	if err != nil {
		cancel()
		all.Wait()
		return nil, err
	}
	return func() error {
		quit, end := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer end()
		err := jobs.Stop(quit)
		cancel()
		all.Wait()
		return err
	}, nil
}
