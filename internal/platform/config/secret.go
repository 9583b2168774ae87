// SPDX-License-Identifier: Apache-2.0

package config

import (
	"log/slog"
	"net/url"
)

// Secret is a URL that may hold a password. However it is printed, the password
// is missing; Reveal is for the one who opens the connection.
type Secret string

// hidden stands for a password, as in url.URL.Redacted.
const hidden = "xxxxx"

// Reveal returns the URL as it was given.
func (s Secret) Reveal() string { return string(s) }

// String returns the URL without passwords. Text that is no URL is hidden
// whole: nobody knows where in it the password is.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(string(s))
	if err != nil || u.Scheme == "" || u.Opaque != "" {
		return hidden
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return hidden
	}
	for _, name := range []string{"password", "sslpassword", "passfile"} {
		if query.Has(name) {
			query.Set(name, hidden)
			u.RawQuery = query.Encode()
		}
	}
	return u.Redacted()
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
