// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// errRow is returned for a line that is no row of its table.
var errRow = errors.New("not a row of this table")

// appendRow appends one row as a JSON array and a line end. Text that is not
// UTF-8 (an old program may have let it in) is kept as {"base64":"…"}.
func appendRow(b []byte, columns []Column, values []any) ([]byte, error) {
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendValue(b, columns[i].Kind, v); err != nil {
			return b, fmt.Errorf("column %s: %w", columns[i].Name, err)
		}
	}
	return append(b, ']', '\n'), nil
}

func appendValue(b []byte, kind Kind, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case int64:
		if kind == Integer {
			return strconv.AppendInt(b, v, 10), nil
		}
	case string:
		switch kind {
		case Text:
			return appendText(b, v), nil
		case ID:
			return appendID(b, v)
		}
	case []byte:
		switch {
		case kind == Bytes:
			b = append(b, '"')
			return append(base64.StdEncoding.AppendEncode(b, v), '"'), nil
		case kind == ID && len(v) == len(id.ID{}):
			b = append(b, '"')
			return append(append(b, id.ID(v).String()...), '"'), nil
		}
	}
	return b, fmt.Errorf("%T does not fit kind %s", v, kind)
}

func appendID(b []byte, text string) ([]byte, error) {
	v, err := id.Parse(text)
	if err != nil {
		return b, err
	}
	return append(append(append(b, '"'), v.String()...), '"'), nil
}

func appendText(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		b = append(b, `{"base64":"`...)
		return append(base64.StdEncoding.AppendEncode(b, []byte(s)), `"}`...)
	}
	start := len(b)
	b = append(b, '"')
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			quoted, err := json.Marshal(s)
			if err != nil { // a string always has a JSON form
				panic(err)
			}
			return append(b[:start], quoted...)
		}
	}
	return append(append(b, s...), '"')
}

// parseRow reads a line that appendRow wrote and appends its values to values.
func parseRow(values []any, columns []Column, line []byte) ([]any, error) {
	if len(line) < 2 || line[0] != '[' || line[len(line)-1] != ']' {
		return values, errRow
	}
	rest := line[1 : len(line)-1]
	for i, c := range columns {
		if i > 0 {
			if len(rest) == 0 || rest[0] != ',' {
				return values, fmt.Errorf("%w: it ends before column %s", errRow, c.Name)
			}
			rest = rest[1:]
		}
		token, after := cut(rest)
		v, err := parseValue(c.Kind, token)
		if err != nil {
			return values, fmt.Errorf("%w: column %s: %w", errRow, c.Name, err)
		}
		values, rest = append(values, v), after
	}
	if len(rest) > 0 {
		return values, fmt.Errorf("%w: it has more columns", errRow)
	}
	return values, nil
}

// cut splits off the next JSON value of an array: a string, an object without
// nesting, a number or null.
func cut(b []byte) (token, rest []byte) {
	end := 0
	switch {
	case len(b) > 0 && b[0] == '"':
		for end = 1; end < len(b) && b[end] != '"'; end++ {
			if b[end] == '\\' {
				end++
			}
		}
		end++
	case len(b) > 0 && b[0] == '{':
		end = bytes.IndexByte(b, '}') + 1
	default:
		if end = bytes.IndexByte(b, ','); end < 0 {
			end = len(b)
		}
	}
	end = min(end, len(b))
	return b[:end], b[end:]
}

var errValue = errors.New("not a value of its kind")

func parseValue(kind Kind, token []byte) (any, error) {
	if string(token) == "null" {
		return nil, nil
	}
	if kind == Integer {
		return strconv.ParseInt(string(token), 10, 64)
	}
	if kind == Text && len(token) > 0 && token[0] == '{' {
		var raw struct {
			Base64 []byte `json:"base64"`
		}
		if err := json.Unmarshal(token, &raw); err != nil {
			return nil, err
		}
		return string(raw.Base64), nil
	}
	if len(token) < 2 || token[0] != '"' || token[len(token)-1] != '"' {
		return nil, errValue
	}
	inner := token[1 : len(token)-1]
	switch kind {
	case ID:
		return id.Parse(string(inner))
	case Bytes:
		return base64.StdEncoding.Strict().AppendDecode([]byte{}, inner)
	case Text:
		if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
			return string(inner), nil
		}
		var s string
		err := json.Unmarshal(token, &s)
		return s, err
	}
	return nil, errValue
}
