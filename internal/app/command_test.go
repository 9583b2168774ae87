// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/app"
)

// qiao runs the program as a person would and returns what it said.
func qiao(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = app.Run(t.Context(), args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

const samples = "../../samples/"

// TestTheTourOfTheReadmeWorks imports every sample twice, proves the books,
// backs them up and restores them.
func TestTheTourOfTheReadmeWorks(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for _, step := range [][2]string{
		{"receipts", "receipts.csv"}, {"distributions", "distributions.csv"}, {"money", "money.csv"}, {"needs", "needs.jsonl"},
	} {
		for again := range 2 {
			code, out, errOut := qiao(t, "import", step[0], samples+step[1], "--data", data, "--json")
			if code != 0 {
				t.Fatalf("import %s: exit %d: %s", step[0], code, errOut)
			}
			var r struct{ Read, Posted, Held, Rejected, Already int }
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatalf("%s: %v", out, err)
			}
			if r.Read == 0 || r.Read != r.Posted+r.Held+r.Rejected+r.Already {
				t.Errorf("import %s: %+v does not add up", step[0], r)
			}
			if again == 1 && r.Posted != 0 {
				t.Errorf("import %s again posted %d rows", step[0], r.Posted)
			}
		}
	}
	if code, out, errOut := qiao(t, "check", "--data", data); code != 0 {
		t.Fatalf("check: exit %d: %s%s", code, out, errOut)
	}
	file := filepath.Join(t.TempDir(), "backup.tar.gz")
	if code, _, errOut := qiao(t, "backup", file, "--data", data); code != 0 {
		t.Fatalf("backup: exit %d: %s", code, errOut)
	}
	restored := t.TempDir()
	if code, _, errOut := qiao(t, "restore", file, "--data", restored); code != 0 {
		t.Fatalf("restore: exit %d: %s", code, errOut)
	}
	_, before, _ := qiao(t, "report", "--json", "--data", data)
	_, after, _ := qiao(t, "report", "--json", "--data", restored)
	if before == "" || before != after {
		t.Errorf("the report changed:\n%s\n%s", before, after)
	}
	if code, _, _ := qiao(t, "restore", file, "--data", restored); code == 0 {
		t.Error("a backup was restored over books that are not empty")
	}
}

// TestWrongUseIsAnsweredAndChangesNothing holds the exit codes of the contracts.
func TestWrongUseIsAnsweredAndChangesNothing(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"no such command":   {[]string{"nonsense"}, 2},
		"no such kind":      {[]string{"import", "cats", samples + "money.csv"}, 2},
		"no such file":      {[]string{"import", "money", "/nowhere/x.csv", "--data", data}, 1},
		"a folder":          {[]string{"import", "money", t.TempDir(), "--data", data}, 1},
		"no such role":      {[]string{"token", "--role", "king", "--data", data}, 2},
		"a wrong date":      {[]string{"report", "--date", "yesterday", "--data", data}, 2},
		"no such backup":    {[]string{"restore", "/nowhere/backup", "--data", data}, 2},
		"not a backup":      {[]string{"restore", samples + "money.csv", "--data", t.TempDir()}, 1},
		"help":              {[]string{"help"}, 0},
		"help of a command": {[]string{"import", "--help"}, 0},
		"nothing":           {nil, 0},
		"version":           {[]string{"version"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := qiao(t, c.args...)
			if code != c.code {
				t.Errorf("exit %d, want %d: %s%s", code, c.code, out, errOut)
			}
			if code != 0 && errOut == "" {
				t.Error("it says nothing")
			}
			if strings.Contains(errOut, "internal:") || strings.Contains(errOut, "goroutine") {
				t.Errorf("it shows its inside: %s", errOut)
			}
		})
	}
}

func TestAPortInUseIsSaidInWords(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // the test is over
	code, _, errOut := qiao(t, "serve", "--data", t.TempDir(), "--addr", l.Addr().String())
	if code != 1 || !strings.Contains(errOut, l.Addr().String()) {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

// TestATokenIsMadeListedAndRevoked: a token that got lost can be made useless.
func TestATokenIsMadeListedAndRevoked(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	code, token, errOut := qiao(t, "token", "--role", "keeper", "--name", "lost phone", "--data", data)
	if code != 0 || !strings.HasPrefix(token, "qiao_") {
		t.Fatalf("exit %d: %s%s", code, token, errOut)
	}
	_, list, _ := qiao(t, "token", "--list", "--data", data)
	id, rest, _ := strings.Cut(strings.TrimSpace(list), "\t")
	if rest != "keeper\tactive\tlost phone" || strings.Contains(list, strings.TrimSpace(token)) {
		t.Fatalf("%q", list)
	}
	if code, _, errOut := qiao(t, "token", "--revoke", id, "--data", data); code != 0 {
		t.Fatal(errOut)
	}
	if _, list, _ = qiao(t, "token", "--list", "--data", data); !strings.Contains(list, "revoked") {
		t.Errorf("%q", list)
	}
	if code, _, _ := qiao(t, "token", "--revoke", "0190163d-8694-739b-aea5-966c26f8ad91", "--data", data); code != 1 {
		t.Errorf("revoking a token that is not there: exit %d", code)
	}
}
