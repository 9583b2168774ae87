// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/alecthomas/kong"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/overview/oversight"
	"github.com/qiaorelief/qiao/internal/platform/backup"
	"github.com/qiaorelief/qiao/internal/platform/obs"
	"github.com/qiaorelief/qiao/internal/surface/public"
)

type reportCommand struct {
	Date string `help:"Day of the report, YYYY-MM-DD (default: the last one)." placeholder:"D"`
	Data string `help:"Folder of the books." placeholder:"DIR"`
	JSON bool   `help:"Print JSON." name:"json"`
}

// Run prints the figures.
func (r *reportCommand) Run(ctx context.Context, c *console) error {
	var day clock.Day
	if r.Date != "" {
		var err error
		if day, err = clock.ParseDay(r.Date); err != nil {
			return errs.Wrap(err, errs.Malformed, "cli.bad_date", "date", r.Date)
		}
	}
	return c.with(ctx, r.Data, func(a *App) error {
		f, err := a.Report.Figures(ctx, day)
		if err != nil {
			return err
		}
		if r.JSON {
			return json.NewEncoder(c.out).Encode(f.Document())
		}
		var text bytes.Buffer
		if err := public.WriteReport(&text, f, "csv"); err != nil {
			return err
		}
		_, err = c.out.Write(bytes.TrimPrefix(text.Bytes(), []byte("\ufeff")))
		return err
	})
}

type checkCommand struct {
	Data string `help:"Folder of the books." placeholder:"DIR"`
	JSON bool   `help:"Print JSON, one object a line." name:"json"`
}

// Run proves the books; a fault ends it with exit code 1.
func (k *checkCommand) Run(ctx context.Context, c *console) error {
	return c.with(ctx, k.Data, func(a *App) error {
		if err := journal.SequenceAll(ctx, a.DB); err != nil {
			return err
		}
		s, err := oversight.Check(ctx, a.DB, a.Blobs, func(f oversight.Finding) { k.print(c, f) })
		if err != nil {
			return err
		}
		if k.JSON {
			if err := json.NewEncoder(c.out).Encode(map[string]any{
				"ok": s.Findings == 0, "findings": s.Findings, "entries": s.Ledger.Entries, "lines": s.Ledger.Lines,
				"records": s.Journal.Records, "files": s.Blobs,
			}); err != nil {
				return err
			}
		} else {
			key := "cli.check_whole"
			if s.Findings > 0 {
				key = "cli.check_wrong"
			}
			fmt.Fprintln(c.out, c.words.T(key, "findings", s.Findings, "entries", s.Ledger.Entries, //nolint:errcheck // nowhere else to say it
				"lines", s.Ledger.Lines, "records", s.Journal.Records, "files", s.Blobs))
		}
		if s.Findings > 0 {
			return errFound
		}
		return nil
	})
}

func (k *checkCommand) print(c *console, f oversight.Finding) {
	text, _ := c.words.Error(errs.New(errs.Invalid, f.Key, pairs(f.Args)...))
	if k.JSON {
		json.NewEncoder(c.out).Encode(map[string]any{"code": f.Code, "subject": f.Subject, "text": text, "args": f.Args}) //nolint:errcheck,errchkjson // a broken pipe ends the command anyway
		return
	}
	fmt.Fprintf(c.out, "%s  %s\n    %s\n", f.Code, f.Subject, text) //nolint:errcheck // nowhere else to say it
}

func pairs(args map[string]any) []any {
	list := make([]any, 0, 2*len(args))
	for k, v := range args {
		list = append(list, k, v)
	}
	return list
}

type backupCommand struct {
	File string `arg:"" help:"File to write." type:"path"`
	Data string `help:"Folder of the books." placeholder:"DIR"`
}

// Run writes a backup beside the target and renames it when it is whole.
func (b *backupCommand) Run(ctx context.Context, c *console) error {
	return c.with(ctx, b.Data, func(a *App) error {
		f, err := os.CreateTemp(filepath.Dir(b.File), ".qiao-backup-*")
		if err != nil {
			return errs.Wrap(err, errs.Unavailable, "cli.cannot_write", "path", b.File)
		}
		m, err := backup.Write(ctx, a.DB, f, a.Blobs)
		if err == nil {
			err = f.Sync()
		}
		err = errors.Join(err, f.Close())
		if err == nil {
			err = os.Rename(f.Name(), b.File)
		}
		if err != nil {
			return errors.Join(err, os.Remove(f.Name()))
		}
		fmt.Fprintln(c.out, c.words.T("cli.backed_up", "path", b.File, "rows", m.Rows())) //nolint:errcheck // nowhere else to say it
		return nil
	})
}

type restoreCommand struct {
	File string `arg:"" help:"Backup to restore." type:"existingfile"`
	Data string `help:"Empty folder for the books." placeholder:"DIR"`
}

// Run restores into empty books and proves them.
func (r *restoreCommand) Run(ctx context.Context, c *console) error {
	err := c.with(ctx, r.Data, func(a *App) error {
		f, err := os.Open(r.File)
		if err != nil {
			return errs.Wrap(err, errs.Malformed, "cli.cannot_read", "path", r.File)
		}
		defer f.Close() //nolint:errcheck // only read
		m, err := backup.Restore(ctx, f, a.DB, a.keepFile)
		if err != nil {
			return err
		}
		if err := a.SignIn.EndEverything(ctx); err != nil {
			return err
		}
		fmt.Fprintln(c.out, c.words.T("cli.restored", "path", r.File, "rows", m.Rows())) //nolint:errcheck // nowhere else to say it
		return nil
	})
	if err != nil {
		return err
	}
	return (&checkCommand{Data: r.Data}).Run(ctx, c)
}

// keepFile takes a file out of a backup; its name is the hash of its content.
func (a *App) keepFile(ctx context.Context, name string, r io.Reader) error {
	ref, err := a.Blobs.Put(ctx, r, a.Config.MaxUpload)
	if err == nil && ref.SHA256 != name {
		err = fmt.Errorf("restore: file %s has the content of %s", name, ref.SHA256)
	}
	return err
}

type migrateCommand struct {
	Data string `help:"Folder of the books." placeholder:"DIR"`
}

// Run opens the books, which brings their schema up to date.
func (m *migrateCommand) Run(ctx context.Context, c *console) error {
	return c.with(ctx, m.Data, func(a *App) error {
		_, err := fmt.Fprintln(c.out, c.words.T("cli.migrated", "engine", string(a.DB.Engine())))
		return err
	})
}

type versionCommand struct{}

// Run prints version and build.
func (versionCommand) Run(c *console) error {
	_, err := fmt.Fprintln(c.out, "qiao", obs.ReadBuild())
	return err
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"Command to explain."`
}

// Run prints the help of the program or of one command.
func (h *helpCommand) Run(_ *console, parser *kong.Kong) error {
	trace, err := kong.Trace(parser, h.Command)
	if err != nil {
		return err
	}
	return trace.PrintUsage(false)
}
