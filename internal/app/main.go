// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
	"github.com/qiaorelief/qiao/internal/platform/obs"
)

// The exit codes that scripts rely on.
const (
	exitOK    = 0
	exitWrong = 1 // a check found something wrong, or the work failed
	exitUsage = 2 // the command line is wrong
)

// errFound ends a command that did its work and found something wrong; what it
// found is printed already.
var errFound = errors.New("something is wrong")

// console is what a command works with: where it reads and writes, what it was
// told by the environment, and in which language it speaks.
type console struct {
	in       io.Reader
	out, err io.Writer
	cfg      config.Config
	log      *slog.Logger
	words    *i18n.Localizer
}

// commands is the command line. contracts: the names and flags are relied on.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Demo    demoCommand    `cmd:"" help:"Run a server in a temporary folder with the story loaded."`
	Import  importCommand  `cmd:"" help:"Import registers as people keep them: CSV, XLSX, JSON lines."`
	Report  reportCommand  `cmd:"" help:"Print the figures of the public report."`
	Check   checkCommand   `cmd:"" help:"Prove the books: sums, balances, journal, files."`
	Backup  backupCommand  `cmd:"" help:"Write a verified backup of everything into one file, while the server runs."`
	Restore restoreCommand `cmd:"" help:"Restore a backup into empty books and check them."`
	Token   tokenCommand   `cmd:"" help:"Make an API token for scripts."`
	Invite  inviteCommand  `cmd:"" help:"Print a one-time link by which somebody signs in, or comes back in."`
	Bench   benchCommand   `cmd:"" help:"Measure the program against its limits and, when given, against peers."`
	Migrate migrateCommand `cmd:"" help:"Bring the database to this version's schema."`
	Version versionCommand `cmd:"" help:"Print the version."`
	Help    helpCommand    `cmd:"" help:"Print this help."`
}

// Main runs the program with its arguments (without its name) and returns the
// exit code. An interrupt ends it in an orderly way.
func Main(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, args, in, out, errOut)
}

// Run is Main on a given console; settings come from the environment.
func Run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	bundle, err := i18n.Load()
	if err != nil {
		fmt.Fprintln(errOut, err) //nolint:errcheck // nowhere else to say it
		return exitWrong
	}
	c := &console{in: in, out: out, err: errOut}
	cfg, err := config.FromEnv(config.Environment)
	c.words = bundle.For(cfg.WithDefaults().Lang)
	if err != nil {
		c.say(err)
		return exitUsage
	}
	c.cfg = cfg.WithDefaults()
	c.log = obs.NewLog(errOut, c.cfg.LogLevel, c.cfg.LogFormat)
	return c.run(ctx, args)
}

func (c *console) run(ctx context.Context, args []string) int {
	var all commands
	parser, err := kong.New(&all, kong.Name("qiao"), kong.Writers(c.out, c.err), kong.Exit(func(int) {}),
		kong.Description(c.words.T("cli.description")), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(c),
		kong.NoDefaultHelp(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		c.say(err)
		return exitWrong
	}
	if len(args) == 0 || slices.Contains(args, "--help") || slices.Contains(args, "-h") {
		args = slices.DeleteFunc(slices.Concat([]string{"help"}, args), func(a string) bool { return strings.HasPrefix(a, "-") })
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(c.err, "%s\n%s\n", err, c.words.T("cli.see_help")) //nolint:errcheck // nowhere else to say it
		return exitUsage
	}
	if parsed.Command() == "" || parsed.Error != nil {
		return exitUsage
	}
	switch err := parsed.Run(ctx, c, parser); {
	case err == nil:
		return exitOK
	case errors.Is(err, errFound):
		return exitWrong
	default:
		c.say(err)
		if errs.Is(err, errs.Malformed) {
			return exitUsage
		}
		return exitWrong
	}
}

// say prints a failure in the reader's language; what it did not expect it
// prints as it is, because at the command line the reader is the operator.
func (c *console) say(err error) {
	var known *errs.Error
	if !errors.As(err, &known) || known.Kind == errs.Internal {
		fmt.Fprintf(c.err, "qiao: %v\n", err) //nolint:errcheck // nowhere else to say it
		return
	}
	title, fields := c.words.Error(known)
	lines := []string{"qiao: " + title}
	for _, f := range fields {
		lines = append(lines, "  "+f.Name+": "+f.Text)
	}
	fmt.Fprintln(c.err, strings.Join(lines, "\n")) //nolint:errcheck // nowhere else to say it
}

// open opens the books for a command; data overrides the configured folder.
func (c *console) open(ctx context.Context, data string) (*App, error) {
	cfg := c.cfg
	if data != "" {
		cfg.Data = data
	}
	return Open(ctx, cfg, c.log, Options{})
}

// with opens the books, runs fn and closes them.
func (c *console) with(ctx context.Context, data string, fn func(a *App) error) error {
	a, err := c.open(ctx, data)
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.Close())
}
