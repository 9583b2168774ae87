// SPDX-License-Identifier: Apache-2.0

package journal

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Canonical returns the canonical JSON of a value: keys sorted, no blanks,
// strings escaped only where JSON demands it, integers only. Equal values have
// equal bytes, whichever program made them.
func Canonical(v any) ([]byte, error) { return appendCanonical(make([]byte, 0, 256), v) }

var errFraction = errors.New("journal: a fact holds integers, not fractions")

func appendCanonical(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		return appendString(b, v), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case json.Number:
		n, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%w: %s", errFraction, v)
		}
		return strconv.AppendInt(b, n, 10), nil
	case map[string]any:
		return appendObject(b, v)
	case []any:
		return appendArray(b, v)
	case encoding.TextMarshaler:
		text, err := v.MarshalText()
		if err != nil {
			return nil, err
		}
		return appendString(b, string(text)), nil
	}
	return appendOther(b, v)
}

func appendObject(b []byte, m map[string]any) ([]byte, error) {
	b = append(b, '{')
	var err error
	for i, k := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, k), ':')
		if b, err = appendCanonical(b, m[k]); err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
	}
	return append(b, '}'), nil
}

func appendArray(b []byte, list []any) ([]byte, error) {
	b = append(b, '[')
	var err error
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendCanonical(b, v); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// appendOther takes the way through encoding/json for structs and typed slices.
func appendOther(b []byte, v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var plain any
	if err := dec.Decode(&plain); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return appendCanonical(b, plain)
}

const hexDigits = "0123456789abcdef"

// appendString escapes as RFC 8785 section 3.2.2.2 says. Bytes that are not
// UTF-8 become U+FFFD, as everywhere in Go's JSON.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for len(s) > 0 {
		plain := 0 // how many bytes stand for themselves
		for plain < len(s) && s[plain] >= 0x20 && s[plain] < utf8.RuneSelf && s[plain] != '"' && s[plain] != '\\' {
			plain++
		}
		b = append(b, s[:plain]...)
		if s = s[plain:]; s == "" {
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		b, s = appendRune(b, r), s[size:]
	}
	return append(b, '"')
}

// appendRune appends a character that does not stand for itself as one byte.
func appendRune(b []byte, r rune) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(b, '\\', byte(r))
	case r == '\b':
		return append(b, '\\', 'b')
	case r == '\t':
		return append(b, '\\', 't')
	case r == '\n':
		return append(b, '\\', 'n')
	case r == '\f':
		return append(b, '\\', 'f')
	case r == '\r':
		return append(b, '\\', 'r')
	case r < 0x20:
		return append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
	}
	return utf8.AppendRune(b, r)
}
