// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/config"
)

func env(pairs ...string) func(string) (string, bool) {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) {
		v, ok := m[name]
		return v, ok
	}
}

func TestNothingSetWorks(t *testing.T) {
	t.Parallel()
	got, err := config.FromEnv(env("QIAO_ADDR", "", "QIAO_ZONE", " "))
	if err != nil {
		t.Fatal(err)
	}
	zero := config.Config{}.WithDefaults()
	if got.String() != zero.String() {
		t.Errorf("no variables give %s, the zero value %s", got, zero)
	}
	want := "data=data addr=127.0.0.1:8080 zone=Asia/Shanghai lang=zh log=info,text max_upload=67108864"
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEveryVariableIsRead(t *testing.T) {
	t.Parallel()
	got, err := config.FromEnv(env(
		"QIAO_DATA", "/srv/qiao", "QIAO_ADDR", "[::1]:9000", "QIAO_PUBLIC_URL", "https://relief.example.org/",
		"QIAO_DATABASE_URL", "postgres://qiao@db.example.org/qiao", "QIAO_ZONE", "Asia/Urumqi", "QIAO_LANG", "en",
		"QIAO_LOG", "debug, json", "QIAO_METRICS_ADDR", ":9100", "QIAO_ORG_NAME", "示例基金会", "QIAO_PROXIES", "10.0.0.0/8, 192.0.2.7", "QIAO_MAX_UPLOAD", "5 MB"))
	if err != nil {
		t.Fatal(err)
	}
	want := "data=/srv/qiao addr=[::1]:9000 zone=Asia/Urumqi lang=en log=debug,json max_upload=5242880 " +
		"public_url=https://relief.example.org database_url=postgres://qiao@db.example.org/qiao metrics_addr=:9100 proxies=10.0.0.0/8,192.0.2.7/32 org_name=示例基金会"
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got.LogLevel != slog.LevelDebug {
		t.Errorf("level %v", got.LogLevel)
	}
}

func TestWrongValuesAreNamedAllAtOnce(t *testing.T) {
	t.Parallel()
	wrong := map[string][]string{
		"QIAO_DATA":         {"a\x00b"},
		"QIAO_ADDR":         {"8080", "localhost", "http://localhost:8080", ":99999", "a b:80"},
		"QIAO_PUBLIC_URL":   {"relief.example.org", "ftp://x", "https://", "https://u:p@x", "https://x/?a=1"},
		"QIAO_DATABASE_URL": {"mysql://x/y", "host=x password=y", "postgres:x", "postgres://", "postgres://%zz"},
		"QIAO_ZONE":         {"Asia/Nowhere", "Local", "../../etc/passwd", "+08:00"},
		"QIAO_LANG":         {"fr", "ZH"},
		"QIAO_LOG":          {"loud", "info;json", "info,"},
		"QIAO_METRICS_ADDR": {"9100"},
		"QIAO_PROXIES":      {"example.org", "10.0.0.0/8,", "0.0.0.0/0", "::/0"},
		"QIAO_ORG_NAME":     {"two\nlines", strings.Repeat("长", 101)},
		"QIAO_MAX_UPLOAD":   {"0", "-1", "+1", "big", "1TB", "MB", "9999999999GB", "1.5MB"},
	}
	var all []string
	for name, values := range wrong {
		all = append(all, name, values[0])
		for _, value := range values {
			_, err := config.FromEnv(env(name, value))
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("%s=%q: %v, want invalid", name, value, err)
				continue
			}
			if f := errs.As(err).Fields; len(f) != 1 || f[0].Name != name || f[0].Args["name"] != name {
				t.Errorf("%s=%q: fields %v", name, value, f)
			}
		}
	}
	_, err := config.FromEnv(env(all...))
	if got := len(errs.As(err).Fields); got != len(wrong) {
		t.Errorf("%d wrong variables named, want %d", got, len(wrong))
	}
}

func TestPasswordsAreNeverShown(t *testing.T) {
	t.Parallel()
	const password = "hunter2"
	for _, u := range []string{
		"postgres://qiao:hunter2@db.example.org/qiao",
		"postgres://db.example.org/qiao?user=qiao&password=hunter2",
		"postgres://db.example.org/qiao?sslpassword=hunter2&sslmode=require",
	} {
		c, err := config.FromEnv(env("QIAO_DATABASE_URL", u))
		if err != nil {
			t.Fatal(err)
		}
		if c.DatabaseURL.Reveal() != u {
			t.Errorf("the connection would get %q", c.DatabaseURL.Reveal())
		}
		var log strings.Builder
		slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "config", c, "url", c.DatabaseURL)
		asJSON, err := json.Marshal(c.DatabaseURL)
		if err != nil {
			t.Fatal(err)
		}
		for _, shown := range []string{
			c.String(), fmt.Sprintf("%v %+v %#v", c, c, c), fmt.Sprintf("%v %+v %#v %s %q", c.DatabaseURL, c.DatabaseURL, c.DatabaseURL, c.DatabaseURL, c.DatabaseURL),
			fmt.Sprintf("%v %+v %#v", &c, &c, &c), log.String(), string(asJSON),
		} {
			if strings.Contains(shown, password) {
				t.Errorf("the password is shown: %s", shown)
			}
		}
	}
	_, err := config.FromEnv(env("QIAO_DATABASE_URL", "host=x password=hunter2"))
	if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, errs.As(err).Fields), password) {
		t.Errorf("the refusal shows the password: %v", err)
	}
	if s := config.Secret("host=x password=hunter2").String(); strings.Contains(s, password) {
		t.Errorf("text that is no URL is shown: %s", s)
	}
}
