// SPDX-License-Identifier: Apache-2.0

package config

import (
	"log/slog"
	"math"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// setting reads one variable into the settings. A refusal is the message key
// that says what is allowed.
type setting struct {
	name    string
	read    func(c *Config, value string) bool
	refusal string
	secret  bool // the message must not repeat the value
}

func settings() []setting {
	return []setting{
		{name: "QIAO_DATA", refusal: "config.data", read: func(c *Config, v string) bool {
			c.Data = v
			return !strings.ContainsRune(v, 0)
		}},
		{name: "QIAO_ADDR", refusal: "config.addr", read: func(c *Config, v string) bool {
			c.Addr = v
			return IsAddr(v)
		}},
		{name: "QIAO_PUBLIC_URL", refusal: "config.public_url", read: func(c *Config, v string) bool {
			c.PublicURL = strings.TrimSuffix(v, "/")
			return isPublicURL(v)
		}},
		{name: "QIAO_DATABASE_URL", refusal: "config.database_url", secret: true, read: func(c *Config, v string) bool {
			c.DatabaseURL = Secret(v)
			return isDatabaseURL(v)
		}},
		{name: "QIAO_ZONE", refusal: "config.zone", read: func(c *Config, v string) bool {
			zone, err := time.LoadLocation(v)
			c.Zone = zone
			return err == nil && v != "Local" // the books must not depend on the machine
		}},
		{name: "QIAO_LANG", refusal: "config.lang", read: func(c *Config, v string) bool {
			c.Lang = v
			return v == "zh" || v == "zh-Hant" || v == "en"
		}},
		{name: "QIAO_LOG", refusal: "config.log", read: readLog},
		{name: "QIAO_METRICS_ADDR", refusal: "config.addr", read: func(c *Config, v string) bool {
			c.MetricsAddr = v
			return IsAddr(v)
		}},
		{name: "QIAO_PROXIES", refusal: "config.proxies", read: readProxies},
		{name: "QIAO_ORG_NAME", refusal: "config.org_name", read: func(c *Config, v string) bool {
			c.OrgName = v
			return len([]rune(v)) <= 100 && !strings.ContainsAny(v, "\r\n\x00")
		}},
		{name: "QIAO_MAX_UPLOAD", refusal: "config.max_upload", read: func(c *Config, v string) bool {
			n, ok := parseSize(v)
			c.MaxUpload = n
			return ok
		}},
	}
}

// FromEnv returns the settings that the variables say; lookup is os.LookupEnv
// or a test's map. An empty variable counts as not set. The error is an
// errs.Invalid that has one field per wrong variable.
func FromEnv(lookup func(name string) (string, bool)) (Config, error) {
	var c Config
	bad := errs.New(errs.Invalid, "config.wrong")
	for _, s := range settings() {
		value, _ := lookup(s.name)
		value = strings.TrimSpace(value)
		if value == "" || s.read(&c, value) {
			continue
		}
		if s.secret {
			value = ""
		}
		bad.Field(s.name, s.refusal, "name", s.name, "value", value)
	}
	if err := bad.OrNil(); err != nil {
		return Config{}, err
	}
	return c.WithDefaults(), nil
}

// IsAddr accepts host:port, :port and [::1]:port.
func IsAddr(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || strings.ContainsAny(host, " /@") {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func isPublicURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") &&
		u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

func isDatabaseURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return false
	}
	return u.Opaque == "" && (u.Host != "" || u.Query().Has("host"))
}

// readLog reads "level", "format" or "level,format".
func readLog(c *Config, value string) bool {
	for word := range strings.SplitSeq(strings.ToLower(value), ",") {
		switch word = strings.TrimSpace(word); word {
		case "text", "json":
			c.LogFormat = word
		case "debug":
			c.LogLevel = slog.LevelDebug
		case "info":
			c.LogLevel = slog.LevelInfo
		case "warn":
			c.LogLevel = slog.LevelWarn
		case "error":
			c.LogLevel = slog.LevelError
		default:
			return false
		}
	}
	return true
}

// readProxies reads addresses and networks with commas between them.
func readProxies(c *Config, value string) bool {
	for word := range strings.SplitSeq(value, ",") {
		word = strings.TrimSpace(word)
		prefix, err := netip.ParsePrefix(word)
		if addr, errAddr := netip.ParseAddr(word); errAddr == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil || prefix.Bits() == 0 { // all of the network would mean: anybody
			return false
		}
		c.Proxies = append(c.Proxies, prefix.Masked())
	}
	return true
}

// parseSize reads a number of bytes with an optional unit of 1024: 64MB.
func parseSize(s string) (int64, bool) {
	number, unit := strings.ToUpper(strings.ReplaceAll(s, " ", "")), int64(1)
	for _, u := range []struct {
		suffix string
		bytes  int64
	}{{"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"B", 1}} {
		if rest, found := strings.CutSuffix(number, u.suffix); found {
			number, unit = rest, u.bytes
			break
		}
	}
	n, err := strconv.ParseUint(number, 10, 63) // digits only: no sign
	if err != nil || n == 0 || int64(n) > math.MaxInt64/unit {
		return 0, false
	}
	return int64(n) * unit, true
}

// Environment looks a variable of the process up, for FromEnv.
func Environment(name string) (string, bool) { return os.LookupEnv(name) }
