// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/sheet/content"
)

// looksLikeRecords reports whether a text begins as a JSON object or as an
// array of objects.
func looksLikeRecords(t content.Text) bool {
	head, err := t.Head(4096)
	if err != nil {
		return false
	}
	head = bytes.TrimLeft(head, " \t\r\n")
	array := bytes.HasPrefix(head, []byte("["))
	if array {
		head = bytes.TrimLeft(head[1:], " \t\r\n")
	}
	if !bytes.HasPrefix(head, []byte("{")) {
		return false
	}
	head = bytes.TrimLeft(head[1:], " \t\r\n")
	return bytes.HasPrefix(head, []byte(`"`)) || bytes.HasPrefix(head, []byte("}"))
}

// openRecords reads the file once to learn the names of all fields, in the
// order in which they first come.
func openRecords(ctx context.Context, t content.Text, opt Options) (*Book, error) {
	book := &Book{Kind: Records, Encoding: t.Encoding}
	s := &Sheet{opt: opt, Fields: []string{}}
	at := map[string]int{}
	for row, err := range recordRows(t, nil) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		for _, name := range row.Cells {
			if _, ok := at[name]; !ok {
				at[name] = len(s.Fields)
				s.Fields = append(s.Fields, name)
			}
		}
		if len(s.Fields) > opt.MaxColumns {
			return nil, errs.New(errs.TooLarge, "sheet.too_many_columns", "row", row.Number, "found", len(s.Fields), "limit", opt.MaxColumns)
		}
	}
	s.rows = func(context.Context) iter.Seq2[Row, error] { return recordRows(t, at) }
	if len(s.Fields) > 0 {
		book.Sheets = []*Sheet{s}
	}
	return book, nil
}

// recordRows delivers one row for each object: its values at the places given
// by at, or with at nil the names of its fields.
func recordRows(t content.Text, at map[string]int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		dec := json.NewDecoder(t.Reader())
		dec.UseNumber()
		head, err := t.Head(4096)
		if err == nil && bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("[")) {
			_, err = dec.Token()
		}
		for number := 1; err == nil && dec.More(); number++ {
			var raw json.RawMessage
			if err = dec.Decode(&raw); err != nil {
				break
			}
			if len(raw) > maxLine {
				err = errs.New(errs.TooLarge, "sheet.row_too_long", "line", number)
				break
			}
			row := Row{Number: number, Record: raw}
			if row.Cells, err = fields(raw, at); err == nil && !yield(row, nil) {
				return
			}
		}
		if err == nil {
			// An array that is cut off in the middle must not look complete.
			if _, err = dec.Token(); errors.Is(err, io.EOF) && !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("[")) {
				err = nil
			}
		}
		if err != nil {
			yield(Row{}, failure(fmt.Errorf("read a record: %w", err)))
		}
	}
}

// fields reads one object. Objects inside are flattened (city.name); lists of
// plain values are joined; other lists stay JSON.
func fields(raw []byte, at map[string]int) ([]string, error) {
	var cells []string
	if at != nil {
		cells = make([]string, len(at))
	}
	err := walk(raw, "", func(name, value string) {
		if at == nil {
			cells = append(cells, name)
		} else if i, ok := at[name]; ok {
			cells[i] = value
		}
	})
	return cells, err
}

func walk(raw []byte, prefix string, visit func(name, value string)) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errs.New(errs.Malformed, "sheet.damaged")
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return fmt.Errorf("read the name of a field: %w", err)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return fmt.Errorf("read a field: %w", err)
		}
		key := prefix + name.(string)
		if value[0] == '{' && len(key) < 200 {
			if err := walk(value, key+".", visit); err != nil {
				return err
			}
			continue
		}
		visit(key, written(value))
	}
	return nil
}

// written is a JSON value as a person would write it into a cell.
func written(value []byte) string {
	switch value[0] {
	case 'n':
		return ""
	case '"':
		var s string
		if json.Unmarshal(value, &s) == nil {
			return s
		}
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(value, &list) != nil || slices.ContainsFunc(list, func(v json.RawMessage) bool { return v[0] == '{' || v[0] == '[' }) {
			break
		}
		texts := make([]string, len(list))
		for i, v := range list {
			texts[i] = written(v)
		}
		return strings.Join(texts, "、")
	case 't', 'f':
		return strings.ToUpper(string(value))
	}
	return string(value)
}
