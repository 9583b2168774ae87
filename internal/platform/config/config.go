// SPDX-License-Identifier: Apache-2.0

// Package config is the settings of one process: a plain struct whose zero value
// works, filled from QIAO_… variables. It is the only package that knows their
// names. A wrong value is refused at start, all wrong ones at once, with what is
// allowed; a value that holds a password is never shown.
package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"
	_ "time/tzdata" // zones work on a machine that has no zone files
)

// Config is the settings of one process. WithDefaults fills what is zero.
type Config struct {
	Data        string         // QIAO_DATA: folder of the database and the files; ./data
	Addr        string         // QIAO_ADDR: host:port of the pages and the API; see DefaultAddr
	PublicURL   string         // QIAO_PUBLIC_URL: how people reach Addr, for links in messages; empty: from the request
	DatabaseURL Secret         // QIAO_DATABASE_URL: postgres://…; empty: SQLite in Data
	Zone        *time.Location // QIAO_ZONE: the zone whose days the books use; Asia/Shanghai
	Lang        string         // QIAO_LANG: language when the reader's browser says nothing: zh, zh-Hant or en
	LogLevel    slog.Level     // QIAO_LOG: debug, info, warn or error, then optionally ",json"; info
	LogFormat   string         // text or json
	MetricsAddr string         // QIAO_METRICS_ADDR: host:port of a second listener; empty: none
	OrgName     string         // QIAO_ORG_NAME: who runs this, as the pages say it; empty: nobody named
	Proxies     []netip.Prefix // QIAO_PROXIES: networks of proxies whose X-Forwarded-For is believed; this machine always is
	MaxUpload   int64          // QIAO_MAX_UPLOAD: bytes of one uploaded file; 64 MB
}

// The defaults.
const (
	DefaultData = "data"
	// DefaultAddr listens to this machine only: until somebody has been set up
	// as administrator, and while there is no TLS in front, nobody on the
	// network should reach a new server. Say :8080 to listen to all.
	DefaultAddr      = "127.0.0.1:8080"
	DefaultZone      = "Asia/Shanghai"
	DefaultLang      = "zh"
	DefaultLogFormat = "text"
	DefaultMaxUpload = 64 << 20
)

// WithDefaults returns the settings with every zero field filled. A zero
// LogLevel is info already.
func (c Config) WithDefaults() Config {
	fill := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	fill(&c.Data, DefaultData)
	fill(&c.Addr, DefaultAddr)
	fill(&c.Lang, DefaultLang)
	fill(&c.LogFormat, DefaultLogFormat)
	if c.Zone == nil {
		c.Zone = defaultZone()
	}
	if c.MaxUpload == 0 {
		c.MaxUpload = DefaultMaxUpload
	}
	return c
}

// defaultZone cannot fail, because the zones are part of the program.
func defaultZone() *time.Location {
	zone, err := time.LoadLocation(DefaultZone)
	if err != nil {
		panic("config: " + err.Error())
	}
	return zone
}

// String lists the settings for the log, one name=value after the other,
// without passwords.
func (c Config) String() string {
	c = c.WithDefaults()
	parts := []string{
		"data=" + c.Data, "addr=" + c.Addr, "zone=" + c.Zone.String(), "lang=" + c.Lang,
		"log=" + strings.ToLower(c.LogLevel.String()) + "," + c.LogFormat,
		fmt.Sprintf("max_upload=%d", c.MaxUpload),
	}
	proxies := make([]string, len(c.Proxies))
	for i, p := range c.Proxies {
		proxies[i] = p.String()
	}
	for _, optional := range [][2]string{
		{"public_url=", c.PublicURL}, {"database_url=", c.DatabaseURL.String()},
		{"metrics_addr=", c.MetricsAddr}, {"proxies=", strings.Join(proxies, ",")}, {"org_name=", c.OrgName},
	} {
		if optional[1] != "" {
			parts = append(parts, optional[0]+optional[1])
		}
	}
	return strings.Join(parts, " ")
}

// GoString is String, so that no way of printing shows a password.
func (c Config) GoString() string { return c.String() }

// LogValue implements slog.LogValuer.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }
