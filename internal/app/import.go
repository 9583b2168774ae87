// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/relief/register"
)

type importCommand struct {
	Kind    string   `arg:"" help:"What the registers hold: needs, receipts, distributions or money." enum:"needs,receipts,distributions,money"`
	Files   []string `arg:"" help:"Files to import." type:"path"`
	Data    string   `help:"Folder of the books." placeholder:"DIR"`
	Mapping string   `help:"File that says which column is what (JSON; --dry-run shows the guess)." placeholder:"FILE" type:"existingfile"`
	DryRun  bool     `help:"Read and try everything, change nothing."`
	JSON    bool     `help:"Print JSON, one object a line." name:"json"`
}

// Run imports the files one after the other. A file that cannot be read at all
// does not stop the others; it makes the exit code 1.
func (i *importCommand) Run(ctx context.Context, c *console) error {
	var mapping *register.Mapping
	if i.Mapping != "" {
		f, err := os.Open(i.Mapping)
		if err != nil {
			return errs.Wrap(err, errs.Malformed, "cli.cannot_read", "path", i.Mapping)
		}
		mapping, err = register.ParseMapping(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return c.with(ctx, i.Data, func(a *App) error {
		if err := a.ensureOffice(ctx); err != nil {
			return err
		}
		failed := false
		for _, file := range i.Files {
			if err := i.one(ctx, c, a, file, mapping); err != nil {
				if ctx.Err() != nil {
					return err
				}
				c.say(err)
				failed = true
			}
		}
		if failed {
			return errFound
		}
		return nil
	})
}

func (i *importCommand) one(ctx context.Context, c *console, a *App, path string, mapping *register.Mapping) (err error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return errs.Wrap(err, errs.Malformed, "cli.cannot_read", "path", path)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return errs.Wrap(err, errs.Malformed, "cli.cannot_read", "path", path)
	}
	result, err := a.Registers.Run(ctx, account.System(), register.Request{
		Kind: register.Kind(i.Kind), FileName: filepath.Base(path), File: f, Size: info.Size(),
		Mapping: mapping, DryRun: i.DryRun, ReviewPath: i.reviewPath(a, path),
		Translate: func(key string, args map[string]any) string {
			text, _ := c.words.Error(errs.New(errs.Invalid, key, pairs(args)...))
			return text
		},
		Mapped:   func(all []register.Mapping) { c.showMapping(all) },
		Progress: c.progress(filepath.Base(path)),
	})
	if err != nil {
		return err
	}
	return i.print(c, result)
}

// reviewPath is where the rows that need a person go: beside the books, named
// by the register and the moment. A dry run writes beside the register's name too,
// because the reasons are what it is for.
func (i *importCommand) reviewPath(a *App, path string) string {
	base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	stamp := a.DB.Clock().Now().In(a.Config.Zone).Format("20060102-150405")
	return filepath.Join(a.Config.Data, "review", i.Kind+"-"+base+"-"+stamp+".csv")
}

func (i *importCommand) print(c *console, r register.Result) error {
	if i.JSON {
		return json.NewEncoder(c.out).Encode(r)
	}
	lines := []string{c.words.T("cli.imported", "file", r.File, "read", r.Read, "posted", r.Posted,
		"held", r.Held, "rejected", r.Rejected, "already", r.Already)}
	if r.Skipped > 0 {
		lines = append(lines, c.words.T("cli.skipped", "n", r.Skipped))
	}
	if r.Unknowns > 0 {
		lines = append(lines, c.words.T("cli.unknowns", "n", r.Unknowns))
	}
	reasons := make([]string, 0, len(r.Reasons))
	for key := range r.Reasons {
		reasons = append(reasons, key)
	}
	slices.SortFunc(reasons, func(x, y string) int { return r.Reasons[y] - r.Reasons[x] })
	for _, key := range reasons {
		text, _ := c.words.Error(errs.New(errs.Invalid, key, "max", "…", "amount", "…", "unit", "…"))
		lines = append(lines, fmt.Sprintf("  %6d  %s", r.Reasons[key], text))
	}
	if r.ReviewFile != "" {
		lines = append(lines, c.words.T("cli.review", "path", r.ReviewFile))
	}
	_, err := fmt.Fprintln(c.out, strings.Join(lines, "\n"))
	return err
}

// showMapping tells on the standard error which columns were taken.
func (c *console) showMapping(all []register.Mapping) {
	for _, m := range all {
		b, err := json.Marshal(m)
		if err == nil {
			fmt.Fprintln(c.err, c.words.T("cli.mapping", "mapping", string(b))) //nolint:errcheck // progress only
		}
	}
}

// progress prints a line that renews itself on a terminal, and nothing
// elsewhere: a log does not want it.
func (c *console) progress(file string) func(read, total int) {
	f, ok := c.err.(*os.File)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(read, total int) {
		fmt.Fprintf(f, "\r%s  %d / %d ", file, read, total) //nolint:errcheck // progress only
		if read >= total {
			fmt.Fprintln(f) //nolint:errcheck // progress only
		}
	}
}
