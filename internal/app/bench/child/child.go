// SPDX-License-Identifier: Apache-2.0

package child

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
)

// Patience is how long a child may take to say that it is ready.
const Patience = time.Minute

const (
	goodbye = 30 * time.Second // for a child to end after it was interrupted
	hertz   = 100              // clock ticks of /proc/PID/stat in a second, on every Linux
	look    = 10 * time.Millisecond
)

// Process is a child that serves until it is stopped.
type Process struct {
	command *exec.Cmd
	said    *Tail
}

// Command prepares a child: this run's settings do not reach it, it is
// interrupted when ctx ends, and what it says on the standard error is kept.
func Command(ctx context.Context, path string, args ...string) (*exec.Cmd, *Tail) {
	c := exec.CommandContext(ctx, path, args...) //nolint:gosec // the operator names the peer; the rest is this program
	c.Env = append(slices.DeleteFunc(c.Environ(), func(s string) bool { return strings.HasPrefix(s, "QIAO_") }),
		"QIAO_LOG=error", "QIAO_LANG=en")
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = goodbye
	said := &Tail{}
	c.Stderr = said
	return c, said
}

// Launch starts a child and returns it with the first line that it prints.
func Launch(ctx context.Context, path string, args ...string) (*Process, string, error) {
	c, said := Command(ctx, path, args...)
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := c.Start(); err != nil {
		return nil, "", fmt.Errorf("start %s: %w", path, err)
	}
	p := &Process{c, said}
	line := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		text, _ := r.ReadString('\n') // no line is told by an empty one
		line <- strings.TrimSpace(text)
		io.Copy(io.Discard, r) //nolint:errcheck // what else it says is of no use
	}()
	timeout := time.NewTimer(Patience)
	defer timeout.Stop()
	select {
	case text := <-line:
		if text != "" {
			return p, text, nil
		}
		err = errors.New("ended before it was ready")
	case <-timeout.C:
		err = errors.New("not ready in time")
	case <-ctx.Done():
		err = ctx.Err()
	}
	stopped := p.Stop()
	return nil, "", errors.Join(fmt.Errorf("%s: %w: %s", path, err, said), stopped)
}

// Stop interrupts the child and waits for its end.
func (p *Process) Stop() error {
	if err := p.command.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	kill := time.AfterFunc(goodbye, func() { p.command.Process.Kill() }) //nolint:errcheck // it has ended then
	defer kill.Stop()
	// How a peer ends is its own affair: its exit code says nothing here.
	var exit *exec.ExitError
	if err := p.command.Wait(); err != nil && !errors.As(err, &exit) {
		return err
	}
	return nil
}

// Processor returns the processor time that the child and its own children have
// used.
func (p *Process) Processor() (time.Duration, error) {
	var sum time.Duration
	for _, pid := range append([]int{p.command.Process.Pid}, children(p.command.Process.Pid)...) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, err
		}
		used, err := parseStat(string(text))
		if err != nil {
			return 0, err
		}
		sum += used
	}
	return sum, nil
}

// parseStat reads user and system time from /proc/PID/stat. The second field is
// the name of the program, in brackets, and may hold anything.
func parseStat(text string) (time.Duration, error) {
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/PID/stat has %d fields", len(fields))
	}
	ticks := int64(0)
	for _, f := range fields[11:13] { // utime and stime, the 14th and 15th of the line
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("/proc/PID/stat: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / hertz, nil
}

// memory reads a figure of /proc/PID/status, such as VmRSS or VmHWM, in bytes.
func memory(pid int, name string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	return parseStatus(string(text), name)
}

func parseStatus(text, name string) (int64, error) {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(line, name+":")
		if !found {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("/proc/PID/status: %w", err)
		}
		return n << 10, nil
	}
	return 0, fmt.Errorf("/proc/PID/status has no %s", name)
}

// Cost is what a command took.
type Cost struct {
	Wall time.Duration
	Peak int64 // bytes of memory, at most
	Out  []byte
}

// Run runs a command to its end. Its peak memory is read while it runs, because
// what the system reports afterwards includes this process, from which it was
// forked.
func Run(ctx context.Context, path string, args ...string) (Cost, error) {
	c, said := Command(ctx, path, args...)
	var out bytes.Buffer
	c.Stdout = &out
	start := clock.Start()
	if err := c.Start(); err != nil {
		return Cost{}, fmt.Errorf("start %s: %w", path, err)
	}
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	var found Cost
	for {
		select {
		case err := <-done:
			found.Wall, found.Out = clock.Since(start), out.Bytes()
			if err != nil {
				return found, fmt.Errorf("%s %s: %w: %s", path, strings.Join(args, " "), err, said)
			}
			return found, nil
		case <-ticker.C:
			if peak, err := memory(c.Process.Pid, "VmHWM"); err == nil { // it may have ended meanwhile
				found.Peak = max(found.Peak, peak)
			}
		}
	}
}

// Tail keeps the last words of a child for the message of a failure.
type Tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 2000

// Write implements io.Writer.
func (t *Tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	t.text = t.text[max(0, len(t.text)-tailBytes):]
	return len(b), nil
}

func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}

// children are the processes that a process started: the workers of nginx.
func children(pid int) []int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%[1]d/task/%[1]d/children", pid))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil // it has ended
	}
	var all []int
	for field := range strings.FieldsSeq(string(text)) {
		if n, err := strconv.Atoi(field); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// Of is the process of a command that was started by its caller.
func Of(c *exec.Cmd, said *Tail) *Process { return &Process{c, said} }

// Memory reads a figure of the process, such as VmRSS or VmHWM, in bytes.
func (p *Process) Memory(name string) (int64, error) { return memory(p.command.Process.Pid, name) }
