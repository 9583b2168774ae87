// SPDX-License-Identifier: Apache-2.0

// Command pocketbase is PocketBase as a peer of `qiao bench a`: a collection of
// donations, written through its own REST API by a signed-in user, with every
// setting of PocketBase as it comes (SQLite, WAL, synchronous=NORMAL).
//
// It takes --addr HOST:PORT and --data DIR, makes what is missing in DIR, prints
// one line of JSON that says where a donation goes, and serves until interrupted.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // PocketBase's own tables
	"github.com/pocketbase/pocketbase/tools/security"
	"github.com/pocketbase/pocketbase/tools/types"
)

const collection = "donations"

// ready tells the bench how to book one donation; $KEY is replaced by a fresh
// idempotency key in each request.
type ready struct {
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Status  int               `json:"status"`
}

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	data := flag.String("data", "pb_data", "folder of the database")
	flag.Parse()
	if err := run(*addr, *data); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(addr, data string) error {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: data})
	if err := app.Bootstrap(); err != nil {
		return fmt.Errorf("open: %w", err)
	}
	if err := app.RunAllMigrations(); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := makeCollection(app); err != nil {
		return fmt.Errorf("collection: %w", err)
	}
	token, err := signIn(app)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.InstallerFunc = nil // it would open a browser
		listener, err := net.Listen("tcp", addr)
		if err != nil {
			return err
		}
		e.Listener = listener
		if err := e.Next(); err != nil {
			return err
		}
		return announce("http://"+listener.Addr().String(), token)
	})
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		event := &core.TerminateEvent{App: app}
		app.OnTerminate().Trigger(event, func(e *core.TerminateEvent) error { return e.App.ResetBootstrapState() }) //nolint:errcheck // it ends anyway
		os.Exit(0)
	}()
	return apis.Serve(app, apis.ServeConfig{HttpAddr: addr})
}

// makeCollection makes the collection of donations with fields like those of a
// receipt of one line: a unique idempotency key, and times that the server sets.
func makeCollection(app core.App) error {
	if _, err := app.FindCollectionByNameOrId(collection); err == nil {
		return nil
	}
	c := core.NewBaseCollection(collection)
	signedIn := types.Pointer(`@request.auth.id != ""`)
	c.CreateRule, c.ListRule, c.ViewRule = signedIn, signedIn, signedIn
	c.Fields.Add(
		&core.TextField{Name: "kind", Required: true, Max: 20},
		&core.TextField{Name: "donor", Required: true, Max: 2000},
		&core.TextField{Name: "place", Max: 100},
		&core.DateField{Name: "occurred_at", Required: true},
		&core.TextField{Name: "class", Required: true, Max: 100},
		&core.TextField{Name: "item", Max: 2000},
		&core.NumberField{Name: "quantity", Required: true, OnlyInt: true},
		&core.TextField{Name: "unit", Required: true, Max: 20},
		&core.TextField{Name: "key", Required: true, Max: 255},
		&core.AutodateField{Name: "created", OnCreate: true},
		&core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	)
	c.AddIndex("idx_donations_key", true, "`key`", "")
	return app.Save(c)
}

// signIn makes a user of PocketBase's own users and returns its auth token.
func signIn(app core.App) (string, error) {
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return "", err
	}
	user := core.NewRecord(users)
	user.SetEmail(security.RandomString(12) + "@example.org")
	user.SetPassword(security.RandomString(24))
	if err := app.Save(user); err != nil {
		return "", err
	}
	return user.NewAuthToken()
}

func announce(url, token string) error {
	body, err := json.Marshal(map[string]any{
		"kind": "donation", "donor": "Example Association 17", "place": "warehouse", "occurred_at": "2020-02-03 02:00:00.000Z",
		"class": "mask-surgical", "item": "外科口罩", "quantity": 600, "unit": "piece", "key": "$KEY",
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(ready{
		URL: url, Method: "POST", Path: "/api/collections/" + collection + "/records",
		Headers: map[string]string{"Authorization": token}, Body: string(body), Status: 200,
	})
}
